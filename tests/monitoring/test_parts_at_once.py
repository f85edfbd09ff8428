"""Parts that end at the same instant: one of them closes the run, and its result is whole."""

from collections import Counter

from monitoring.models import ScreeningRun
from monitoring.services.parts import parts_settle
from tests.at_once import THREADS
from tests.monitoring.world import DAY

RESULT = {
    "quarter": "2020Q3", "as_of": "2020-09-20", "pack": "test", "packs": ["test"], "households": 1, "opened": 1, "closed": 0,
    "open": 1, "skipped": 0, "by_rule": {"T-1": 1}, "unknown_by_rule": {"T-1": 0},
}  # fmt: skip


def test_twelve_parts_that_end_at_once_close_the_run_once(at_once):
    parent = ScreeningRun.objects.create(
        key="whole", scope_code="4110", as_of=DAY, split="county", state="running", total_count=THREADS
    )
    parts = [
        ScreeningRun.objects.create(key=f"part:{n}", parent=parent, scope_code=f"4110{n:02}", as_of=DAY)
        for n in range(THREADS)
    ]
    mine = [ScreeningRun.claim(one.pk) for one in parts]

    def end(number):
        assert mine[number].close(result=RESULT)
        return parts_settle(parent.pk)

    assert at_once(end) == Counter({False: THREADS - 1, True: 1})
    assert at_once.stored("SELECT count(*) FROM monitoring_screeningrun WHERE state = 'done'") == THREADS + 1
    whole = f"SELECT done_count FROM monitoring_screeningrun WHERE id = {parent.pk}"  # noqa: S608
    assert at_once.stored(whole) == THREADS
    assert f'"households": {THREADS}' in str(
        at_once.stored(whole.replace("done_count", "CAST(result AS text)"))
    )
