"""What the county is made of: how many of whom, where, and the days everything turns on. Data, no work."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from random import Random
from zoneinfo import ZoneInfo

COUNTY = "411081"
DOCUMENT_DAY = date(2020, 2, 25)
BUSINESS_DAY = date(2020, 9, 20)
SOURCE = "demo"
SHANGHAI = ZoneInfo("Asia/Shanghai")

# The four older 街道 stand outside the document's 22 townships; the demonstration puts nobody there.
OUTSIDE_ROSTER = ("411081001", "411081002", "411081003", "411081004")
# Townships above 200 and villages above 20 unexited persons, with the number they get here.
SUPERVISED_TOWNSHIPS = {"411081101": 338, "411081104": 296, "411081117": 262, "411081119": 227}
SUPERVISED_VILLAGES = {"411081112219": 31, "411081109215": 27, "411081104224": 34}
TOWNSHIP_CEILING, VILLAGE_CEILING = 190, 19
# Hill townships: where the poor villages are.
HILLS = (
    "411081102",
    "411081109",
    "411081108",
    "411081114",
    "411081116",
    "411081118",
    "411081204",
    "411081103",
    "411081104",
)
POOR_VILLAGES, KEY_VILLAGES, FUNDED_VILLAGES = 53, 46, 269


@dataclass(frozen=True)
class GroupPlan:
    """One class of households: how many, of how many persons, and what is usual there."""

    name: str
    poverty_status: str
    monitor_class: str
    households: int
    persons: int
    largest: int
    old_share: float  # of households whose head is past sixty
    income: tuple[int, int]  # usual net yuan per head and year in 2019
    allowance_share: float


WITHOUT = GroupPlan("without", "exited_without_policy", "none", 4822, 21088, 8, 0.16, (7800, 21000), 0.0)
WITH = GroupPlan("with", "exited_with_policy", "none", 8894 - 93, 28675 - 320, 8, 0.34, (6200, 14500), 0.017)
MONITORED = GroupPlan(
    "monitored", "exited_with_policy", "unstable_exited", 93, 320, 7, 0.3, (5150, 7400), 0.1
)
UNEXITED = GroupPlan("unexited", "unexited", "none", 1489, 3228, 6, 0.55, (2950, 5900), 0.42)
BORDER = GroupPlan("border", "ordinary", "borderline", 669, 1984, 7, 0.32, (5150, 7800), 0.03)
GROUPS = (WITHOUT, WITH, MONITORED, UNEXITED, BORDER)
UNEXITED_ABLE, UNEXITED_UNABLE = 1832, 1032


@dataclass(frozen=True)
class Scale:
    """Multiplies households and persons; money, projects and villages stay whole."""

    factor: float = 1.0

    def of(self, number: int) -> int:
        return number if self.factor == 1 else max(1, round(number * self.factor))

    def persons(self, group: GroupPlan) -> int:
        """As many persons as the scaled households can hold."""
        households = self.of(group.households)
        return min(max(self.of(group.persons), households), households * group.largest)


@lru_cache(maxsize=32768)
def moment(day: date, hour: int = 10) -> datetime:
    """A time of that day in the county: what was recorded then."""
    return datetime.combine(day, time(hour), SHANGHAI)


def day_between(rng: Random, first: date, last: date) -> date:
    return first + timedelta(days=rng.randrange((last - first).days + 1))


def stream(seed: int, name: str) -> Random:
    """A stream of its own for each part, so that a change in one part leaves the others as they are."""
    return Random(f"{seed}/{name}")  # noqa: S311 - repeatable on purpose, guards nothing
