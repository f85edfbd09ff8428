"""departments.toml of a pack: which department owes which list, how often, and what a row of it means to us."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from accounts.permissions import FIELD_GROUPS
from common.dates import Quarter, add_months
from common.errors import Invalid, NotFound
from monitoring.departments.columns import WANTED
from policies.pack import BASES_ZH, Book, Fields, register_section
from policies.packset import PackSet
from policies.services import packs_in_force

SECTION = "departments"
SAFETY_NET, CLUE, ROSTER = "safety_net", "clue", "roster"
PERSON, HOUSEHOLD = "person", "household"
MONTH, QUARTER = "month", "quarter"
NOT_IN_FORCE = "部门数据清单尚未发布，请县级主管发布县级默认规则包后再使用。"
PERIODS_OFFERED = 4


@dataclass(frozen=True)
class Period:
    """A month (2020-08) or a quarter (2020Q3)."""

    code: str
    first: date
    last: date

    @property
    def label(self) -> str:
        if "Q" in self.code:
            return f"{self.first.year} 年第 {self.code[-1]} 季度"
        return f"{self.first.year} 年 {self.first.month} 月"


@dataclass(frozen=True)
class Listing:
    """One kind of list. `group`: the field group it tells of, which is what a department officer must hold. `compare`: against
    our 低保, each row as a clue, or only who stands in it (rules read that). `threshold`, `threshold_other`: parameters, for
    registered (建档立卡、监测) homes and for others; none: every row is a clue. `sums`: whose rows of one file are added up
    before they are compared, a person's or a household's; none: every row speaks for the whole."""

    code: str
    title: str
    department: str
    group: str
    compare: str
    every: str
    due_days: int
    since: date
    columns: tuple[str, ...]
    threshold: str = ""
    threshold_other: str = ""
    reaches: bool = True
    cause: str = ""
    sums: str = ""

    def period_of(self, day: date) -> Period:
        if self.every == QUARTER:
            quarter = Quarter.of(day)
            return Period(str(quarter), quarter.first_day, quarter.last_day)
        first = day.replace(day=1)
        return Period(f"{first:%Y-%m}", first, add_months(first, 1) - timedelta(days=1))

    def periods(self, day: date) -> list[Period]:
        """The running period and those before it that may still be handed in, newest first."""
        found = [self.period_of(day)]
        while len(found) < PERIODS_OFFERED:
            found.append(self.period_of(found[-1].first - timedelta(days=1)))
        return [one for one in found if one.last >= self.since]

    def period(self, code: str, day: date) -> Period:
        """The offered period of this code."""
        found = next((one for one in self.periods(day) if one.code == code), None)
        if found is None:
            raise Invalid("请选择列出的报送期。", field="period", code="unknown_period")
        return found

    def due_on(self, period: Period) -> date:
        return period.last + timedelta(days=self.due_days)


@dataclass(frozen=True)
class Listings:
    rows: tuple[Listing, ...]
    packs: PackSet

    def get(self, code: str) -> Listing:
        found = next((row for row in self.rows if row.code == code), None)
        if found is None:
            raise NotFound("没有这种部门数据，请从清单中选择。", code="unknown_listing", field="listing")
        return found

    def limit_fen(self, key: str) -> int | None:
        """A threshold in 分; None where the list names none. Refused where the county has not set the one that is named."""
        if not key:
            return None
        param = self.packs.param(key)
        if param.value is None:
            raise Invalid(
                f"“{param.label}”还没有数值，请县级主管在县级默认规则包中写明后再比对。", code="no_limit"
            )
        return int(Decimal(str(param.value)) * (param.unit.fen or 100))


def _row(table: Any, number: int, book: Book, departments: dict[str, tuple[str, str]]) -> Listing | None:
    fields = Fields(table, f"list.{number}", book)
    department = fields.choice("department", tuple(departments))
    columns = fields.texts("columns")
    for key in columns:
        if key not in WANTED:
            fields.fault(f"columns 中的“{key}”不是已知的列。")
    due = fields.raw("due_days")
    if not isinstance(due, int) or isinstance(due, bool) or due < 0:
        fields.fault("due_days 应是不小于 0 的整数。")
        due = 0
    name, group = departments.get(department, ("", ""))
    threshold, sums = fields.text("threshold"), ""
    if fields.raw("sums") is not None:
        sums = fields.choice("sums", (PERSON, HOUSEHOLD))
    elif threshold:
        fields.fault("有提示标准的名单须写明 sums：person 按人合计，household 按户合计。")
        sums = PERSON  # what a pack meant that was published before lists said it
    row = Listing(
        code=fields.text("code", needed=True), title=fields.text("title", needed=True), department=name, group=group,
        compare=fields.choice("compare", (SAFETY_NET, CLUE, ROSTER)), every=fields.choice("every", (MONTH, QUARTER)), due_days=due,
        since=fields.day("since", needed=True) or date.max, columns=columns, threshold=threshold,
        threshold_other=fields.text("threshold_other"), reaches=fields.flag("reaches", default=True), cause=fields.text("cause"),
        sums=sums,
    )  # fmt: skip
    fields.choice("basis", tuple(BASES_ZH))
    fields.close()
    return row if row.code else None


def _read(content: Mapping[str, Any], book: Book) -> tuple[Listing, ...]:
    file = Fields(content, "", book)
    departments: dict[str, tuple[str, str]] = {}
    for number, table in enumerate(file.tables("department"), 1):
        fields = Fields(table, f"department.{number}", book)
        code = fields.text("code", needed=True)
        departments[code] = (fields.text("name", needed=True), fields.choice("group", tuple(FIELD_GROUPS)))
        fields.close()
    rows: dict[str, Listing] = {}
    for number, table in enumerate(file.tables("list"), 1):
        row = _row(table, number, book, departments)
        if row is not None and row.code in rows:
            book.note(f"list.{number}", f"清单代码 {row.code} 写了两次。")
        elif row is not None:
            rows[row.code] = row
    file.close()
    return tuple(rows.values())


def register() -> None:
    """Called once from AppConfig.ready()."""
    register_section(SECTION, _read)


def listings_in_force(day: date, county: str) -> Listings:
    """The lists of the narrowest pack in force that names any; refused with a sentence where none does."""
    packs = packs_in_force(day, county)
    pack = next((pack for pack in packs.packs if SECTION in pack.extra), None)
    if pack is None:
        raise NotFound(NOT_IN_FORCE, code="no_listings")
    return Listings(_read(pack.extra[SECTION], Book(SECTION, [])), packs)
