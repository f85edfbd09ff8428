"""One pass answers all checks of a subject: every bit says what its check alone says, over all golden rows at once."""

import pytest

from monitoring.models import CheckHit
from monitoring.quality.conditions import Meaning, check_q, counters_of, rows_of
from monitoring.quality.faults import counts_fill, hits_counted, hits_find
from monitoring.quality.passes import place_of
from monitoring.quality.sheets import SHEETS
from tests.monitoring.quality_rows import DAY, checks, golden, param, sheet_row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sheets")]


@pytest.mark.parametrize("subject", SHEETS)
def test_the_bits_of_one_pass_are_the_answers_of_the_single_checks(subject):
    mine = [check for check in checks().values() if check.subject == subject]
    for number, case in golden().items():
        if checks()[number].subject == subject:
            for plain in (*case["hit"], *case["clear"]):
                sheet_row(subject, plain)
    meaning = Meaning(DAY, param, counters_of(mine))
    counts_fill(meaning)
    hits_find(subject, mine, meaning)
    counted = hits_counted(mine)
    said = {row.subject_id: row for row in CheckHit.objects.all()}
    assert said
    for at, check in enumerate(mine):
        word, bit = place_of(at)
        by_bit = {key for key, row in said.items() if getattr(row, word) & bit}
        alone = set(rows_of(subject).filter(check_q(check, meaning)).values_list("pk", flat=True))
        assert by_bit == alone, check.number
        assert counted[at] == len(alone) > 0, check.number


def test_the_hits_of_the_next_subject_stand_in_the_place_of_the_last():
    sheet_row("person", {"gender": "male"})
    meaning = Meaning(DAY, param, counters_of([]))
    hits_find("person", [checks()["DQ-0101"]], meaning)
    assert hits_counted([checks()["DQ-0101"]]) == [1]
    hits_find("household", [one for one in checks().values() if one.subject == "household"][:1], meaning)
    assert not CheckHit.objects.exists()
