"""A prefecture of two counties and three townships for the tests of runs in parts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection

from common.dates import Quarter
from monitoring.models import CollectionDuty, RiskCase, RiskSign, ScreeningRun
from monitoring.screening.temporary import JUDGED
from monitoring.services import screening_run_execute, screening_run_request
from monitoring.services.inline import run_here
from tests.cast import make_division
from tests.monitoring import world as fake
from tests.monitoring.world import DAY, household
from villages.models import Division

PREFECTURE, COUNTY, OTHER = "4110", "411081", "411082"
TOWNSHIP_A, TOWNSHIP_B = "411081100", "411081101"
SIGN = (
    "rule_key",
    "subject_key",
    "scope_code",
    "evidence",
    "limits",
    "opened_on",
    "close_reason",
    "pack_checksum",
)


def prefecture() -> dict[str, Division]:
    """Two townships of one county, one of another, and the rows above them."""
    places = fake.county()
    top = make_division(PREFECTURE, "许昌市", "prefecture", make_division("41", "河南省", "province"))
    Division.objects.filter(code=COUNTY).update(parent=top)
    other = make_division(OTHER, "长葛市", "county", top)
    township = make_division("411082100", "坡胡镇", "township", other)
    places["411082100001"] = make_division("411082100001", "坡南村", "village", township)
    return places


def families(places: dict[str, Division]) -> list:
    """In every township one that is poor, one of which nothing is known, one that is well."""
    villages = [places[code] for code in ("411081100001", "411081101001", "411082100001")]
    return [
        household(village, net=net, water=water)
        for village in villages
        for net, water in ((1_000_000, False), (None, None), (9_000_000, True))
    ]


def left_behind() -> tuple[list, list, list]:
    """Signs, tasks and duties, without the run that made them."""
    return (
        list(RiskSign.objects.order_by("rule_key", "subject_key").values_list(*SIGN, "case__household")),
        list(
            RiskCase.objects.order_by("household").values_list("household", "scope_code", "state", "due_on")
        ),
        list(
            CollectionDuty.objects.order_by("household", "topic").values_list(
                "household", "scope_code", "topic", "closed_on"
            )
        ),
    )


def ask(operator, scope: str = PREFECTURE, **changes) -> ScreeningRun:
    values = {"kind": "households", "as_of": DAY, "quarter": Quarter.of(DAY), "send": False}
    return screening_run_request(actor=operator, scope_code=scope, **(values | changes))


def here(operator, scope: str = PREFECTURE, days: int = 0, **changes) -> ScreeningRun:
    """As the command does it."""
    day = DAY + timedelta(days=days)
    values = {"kind": "households", "as_of": day, "quarter": Quarter.of(day), "say": lambda text: None}
    return run_here(actor=operator, division=scope, **(values | changes))


def part(parent: ScreeningRun, code: str) -> ScreeningRun:
    return ScreeningRun.objects.get(parent=parent, scope_code=code)


def do(run: ScreeningRun) -> ScreeningRun:
    """As a worker does it."""
    claimed = ScreeningRun.claim(run.pk)
    assert claimed is not None
    return screening_run_execute(claimed)


@contextmanager
def on_another_connection() -> Iterator[None]:
    """What happens meanwhile in another worker: the temporary tables of this one are out of sight, and are there again after."""
    mine = sorted(_temporary() & set(JUDGED))
    with connection.cursor() as cursor:
        for name in mine:
            cursor.execute(f"ALTER TABLE {name} RENAME TO away_{name}")
    yield
    with connection.cursor() as cursor:
        for name in mine:
            cursor.execute(f"DROP TABLE IF EXISTS {name}")
            cursor.execute(f"ALTER TABLE away_{name} RENAME TO {name}")


def _temporary() -> set[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_temp_master WHERE type = 'table'")
        else:
            cursor.execute("SELECT relname FROM pg_class WHERE relpersistence = 't' AND relkind = 'r'")
        return {name for (name,) in cursor.fetchall()}
