"""A fault as a person reads it: the sentence, the doubted values, and the page where it is mended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from accounts.actor import Actor
from monitoring.models import DataFault
from monitoring.quality.catalogue import Catalogue, Check
from monitoring.quality.columns import shown_words
from monitoring.selectors.quality import mend_days, names_of

RETIRED_TITLE = "规则已停用"


@dataclass(frozen=True)
class FaultView:
    fault: DataFault
    check: Check | None
    place: str
    values: list[tuple[str, str]]
    mend_url: str
    days: int
    is_late: bool

    @property
    def title(self) -> str:
        return self.check.title if self.check else RETIRED_TITLE

    @property
    def who(self) -> str:
        """The member, or the head of the household, or the village."""
        if self.fault.person:
            return self.fault.person.name
        return self.fault.household.head_name if self.fault.household else self.place

    @property
    def number(self) -> str:
        return self.fault.household.household_no if self.fault.household else self.fault.scope_code

    @property
    def values_text(self) -> str:
        return "；".join(f"{title}：{value}" for title, value in self.values)


# Page -> the right it asks for.
NEEDS = {"status-set": "households.set_status", "measure-edit": "households.manage_measures"}
OF_HOUSEHOLD = {"household-edit", "living-record", "helper-assign", "income-save", "safety-net-open"}


def mend_url(fault: DataFault, check: Check | None, actor: Actor) -> str:
    """Where this fault is mended; the household's page for who may only read."""
    if fault.household_id is None:
        return reverse("villages:division-detail", args=[fault.scope_code])
    home = fault.household_id
    page = check.mend if check else ""
    if not actor.may(NEEDS.get(page, "households.edit"), at=fault.scope_code):
        page = ""
    arguments: dict[str, list[object]] = {
        "person-edit": [home, fault.person_id], "person-situation": [home, fault.person_id], "measure-edit": [fault.subject_id],
        "guarantee-record": [home, check.mend_kind if check else ""], "status-set": [home, check.mend_kind if check else ""],
        **{name: [home] for name in OF_HOUSEHOLD},
    }  # fmt: skip
    given = arguments.get(page, [])
    if not given or None in given:
        page, given = "household-detail", [home]
    return reverse(f"households:{page}", args=given)


def fault_views(
    faults: Iterable[DataFault], catalogue: Catalogue | None, actor: Actor, today: date
) -> list[FaultView]:
    """The faults with everything a list shows, in as many queries as for one."""
    rows = list(faults)
    names = names_of([row.scope_code for row in rows if row.household_id is None])
    limit, found = mend_days(catalogue), []
    for row in rows:
        check = catalogue.get(row.rule_key) if catalogue else None
        days = ((row.closed_on or today) - row.found_on).days
        late = row.closed_on is None and row.exemption_id is None and days > limit
        place = names.get(row.scope_code, "")
        if row.household:
            village = row.household.village
            place = f"{village.parent.name if village.parent else ''} {village.name}".strip()
        values = shown_words(row.subject_kind, row.shown)
        found.append(FaultView(row, check, place, values, mend_url(row, check, actor), days, late))
    return found
