"""Every rule's answer about every row, by one pass over the sheet of each subject.

The pass writes two bits per rule into a narrow temporary table; counting, opening, closing, asking and the outcomes of a
re-judgement read that table and judge nothing again (docs/adr/0019-one-pass-over-the-sheet.md).
"""

# ruff: noqa: S608 - names and numbers come from the engine
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Case, Func, QuerySet, Value, When
from django.db.models.expressions import Combinable, RawSQL

from monitoring.models import RiskSign, RunFault, ScreeningRun
from monitoring.screening.hold import walking
from monitoring.screening.plan import CLEAR, HIT, LIST, OUT, UNKNOWN, Plan, RunRule
from monitoring.screening.sheets import SHEETS, sheet_rows
from monitoring.screening.sql import compiled, expression_sql, same, table_of
from monitoring.screening.temporary import passing, table_analyze, table_make, table_of_rows

GONE = "gone"  # of an open sign: its subject has no row in the sheet
CODES = {OUT: 0, HIT: 1, CLEAR: 2, UNKNOWN: 3, GONE: 4}
TOGETHER = 31  # rules of two bits in a column of 64, its sign left alone
LOWER = sum(1 << 2 * number for number in range(TOGETHER))  # the lower bit of every rule
OPENS, ENDS = "judged_opens", "judged_ends"


@dataclass(frozen=True)
class Place:
    """Where the answers of a rule stand: `number` among all rules of the plan, `at` among those of its subject."""

    rule: RunRule
    number: int
    at: int

    @property
    def table(self) -> str:
        return table_judged(self.rule.subject)

    @property
    def column(self) -> int:
        return self.at // TOGETHER

    @property
    def shift(self) -> int:
        return 2 * (self.at % TOGETHER)

    def said(self, answer: str) -> str:
        """The condition that the rule gave this answer about a row `judged`."""
        return f"((judged.a{self.column} >> {self.shift}) & 3) = {CODES[answer]}"

    def rows_said(self, run: ScreeningRun, answer: str) -> QuerySet:
        """The rows of the sheet about which the rule gave this answer."""
        found = RawSQL(f"SELECT judged.id FROM {self.table} AS judged WHERE {self.said(answer)}", [])  # noqa: S611 - as above
        return sheet_rows(run, self.rule.subject).filter(pk__in=found)


@dataclass(frozen=True)
class Counted:
    hit: int
    clear: int
    out: int
    unknown: int


def table_judged(subject: str) -> str:
    return f"judged_{subject}"


def places_of(plan: Plan) -> dict[str, Place]:
    seen: Counter[str] = Counter()
    found = {}
    for number, rule in enumerate(plan.rules):
        found[rule.key] = Place(rule, number, seen[rule.subject])
        seen[rule.subject] += 1
    return found


# --- the pass -----------------------------------------------------------------------------------------------------------


class _Added(Func):
    """A flat sum: nested ones reach the depth at which SQLite's parser gives up."""

    template = "(%(expressions)s)"
    arg_joiner = " + "
    output_field = BigIntegerField()


def answers_fill(run: ScreeningRun, plan: Plan) -> None:
    """judged_household and so on: the row of the sheet, its household, and the answers of the subject's rules."""
    for subject in plan.subjects:
        rules = plan.rules_of(subject)
        columns = {f"a{number}": part for number, part in enumerate(_packed(rules))}
        rows = sheet_rows(run, subject).order_by().annotate(**columns)
        source = compiled(rows.values_list("pk", "household_id", *columns))
        if source is None:
            raise LookupError(f"no sheet of {subject}")
        with walking(run):
            table_of_rows(table_judged(subject), ["id", "household_id", *columns], *source)
            table_analyze(table_judged(subject))


def _packed(rules: Sequence[RunRule]) -> list[Combinable]:
    """The answers of so many rules at a time as one number; of no rule at all, nothing."""
    parts: list[Combinable] = []
    for start in range(0, max(len(rules), 1), TOGETHER):
        some = [_answer(rule, 2 * number) for number, rule in enumerate(rules[start : start + TOGETHER])]
        parts.append(_Added(*some) if some else Value(0))
    return parts


def _answer(rule: RunRule, shift: int) -> Case:
    """What is neither out, hit nor clear is unknown. A CASE, because a negated condition would lose nulls."""
    said = ((OUT, rule.out), (CLEAR, rule.clear), (HIT, rule.hit))
    whens = [When(when, then=Value(CODES[name] << shift)) for name, when in said if when is not None]
    return Case(*whens, default=Value(CODES[UNKNOWN] << shift), output_field=BigIntegerField())


# --- counting -----------------------------------------------------------------------------------------------------------


def answers_count(plan: Plan) -> dict[str, Counted]:
    """How often each rule gave each answer. Rows that all rules answer alike are counted as one first: there are few kinds."""
    found: dict[str, Counted] = {}
    places = places_of(plan)
    for subject in plan.subjects:
        mine = [places[rule.key] for rule in plan.rules_of(subject)]
        if mine:
            found |= _counted(table_judged(subject), mine)
    return found


def answers_by_area(plan: Plan, subject: str) -> Iterator[tuple[str, dict[str, Counted]]]:
    """The same by the code of the place in which the subjects lie; only where there is a rule and a subject."""
    places = [place for place in places_of(plan).values() if place.rule.subject == subject]
    if not places:
        return
    columns = _columns(places)
    source = (
        f"SELECT sheet.scope_code AS code, {columns}, COUNT(*) AS n FROM {table_judged(subject)} AS judged "
        f"JOIN {table_of(SHEETS[subject])} AS sheet ON sheet.id = judged.id GROUP BY sheet.scope_code, {columns}"
    )
    with passing(), connection.cursor() as cursor:
        cursor.execute(f"SELECT code, {_sums(places)} FROM ({source}) AS kinds GROUP BY code ORDER BY code")
        for code, *sums in cursor.fetchall():
            yield code, _read(sums, places)


def _counted(table: str, places: Sequence[Place]) -> dict[str, Counted]:
    columns = _columns(places)
    kinds = f"SELECT {columns}, COUNT(*) AS n FROM {table} GROUP BY {columns}"
    with passing(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {_sums(places)} FROM ({kinds}) AS kinds")
        return _read(cursor.fetchone(), places)


def _columns(places: Sequence[Place]) -> str:
    return ", ".join(f"a{number}" for number in range(places[-1].column + 1))


def _sums(places: Sequence[Place]) -> str:
    """How many there are, and for each rule how many have its lower bit, its upper bit, and both."""
    sums = ["SUM(n)"]
    for place in places:
        low, high = (f"((a{place.column} >> {place.shift + bit}) & 1)" for bit in (0, 1))
        sums += [f"SUM(n * {low})", f"SUM(n * {high})", f"SUM(n * {low} * {high})"]
    return ", ".join(sums)


def _read(sums: Sequence[Any], places: Sequence[Place]) -> dict[str, Counted]:
    everybody, *rest = (int(value or 0) for value in sums)
    found = {}
    for number, place in enumerate(places):
        lower, upper, both = rest[3 * number : 3 * number + 3]
        found[place.rule.key] = Counted(lower - both, upper - both, everybody - lower - upper + both, both)
    return found


# --- what is to be written ----------------------------------------------------------------------------------------------


def opens_list(run: ScreeningRun, plan: Plan) -> dict[int, int]:
    """judged_opens: hits that have no open sign, or one that says something else. Returns how many by rule."""
    table_make(
        OPENS,
        "rule integer, subject_key varchar(40), household_id bigint, scope_code varchar(20), evidence text, "
        "PRIMARY KEY (rule, subject_key)",
    )
    places = places_of(plan)
    for subject in plan.subjects:
        mine = [places[rule.key] for rule in plan.rules_of(subject) if rule.effect != LIST]
        for column in sorted({place.column for place in mine}):
            with walking(run):
                _opens_add(run, subject, [place for place in mine if place.column == column])
    return _by_rule(OPENS)


def _opens_add(run: ScreeningRun, subject: str, places: Sequence[Place]) -> None:
    sheet, column = SHEETS[subject], f"judged.a{places[0].column}"
    told = [
        (place.number, 3 << place.shift, 1 << place.shift, place.rule.key, place.rule.topic, place.rule.effect,
         place.rule.pack_code, place.rule.pack_checksum, place.rule.limits)
        for place in places
    ]  # fmt: skip
    rules, params = _values(
        told, ("rule", "both", "one", "rule_key", "topic", "effect", "pack_code", "pack_checksum", "limits")
    )
    whens: list[str] = []
    seen: list[Any] = []
    for place in places:
        sql, more = expression_sql(sheet, place.rule.evidence)
        whens.append(f"WHEN {place.number} THEN {sql}")
        seen += more
    table = table_of(sheet)
    columns = ("rule", "rule_key", "topic", "effect", "pack_code", "pack_checksum", "limits")
    hits = (
        f"SELECT {', '.join(f'told.{name}' for name in columns)}, {table}.subject_key, {table}.household_id, {table}.scope_code, "
        f"CASE told.rule {' '.join(whens)} END AS evidence FROM {table_judged(subject)} AS judged "
        f"JOIN ({rules}) AS told ON ({column} & told.both) = told.one JOIN {table} ON {table}.id = judged.id "
        f"WHERE ({column} & ~({column} >> 1) & {LOWER}) <> 0"
    )
    compared = (
        "topic",
        "effect",
        "pack_code",
        "pack_checksum",
        "household_id",
        "scope_code",
        "evidence",
        "limits",
    )
    alike = " AND ".join(same(f"sign.{name}", f"hits.{name}") for name in compared)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {OPENS} SELECT hits.rule, hits.subject_key, hits.household_id, hits.scope_code, hits.evidence "
            f"FROM ({hits}) AS hits WHERE NOT EXISTS (SELECT 1 FROM {table_of(RiskSign)} AS sign WHERE sign.closed_on IS NULL "
            f"AND sign.rule_key = hits.rule_key AND sign.subject_key = hits.subject_key AND sign.last_true_on = %s AND {alike})",
            [*seen, *params, run.as_of.isoformat()],
        )


def ends_list(run: ScreeningRun, plan: Plan, opened: QuerySet) -> dict[int, int]:
    """judged_ends: signs of `opened` that are no longer true. Only clear ends a sign, and leaving: what the rule no longer speaks
    about, or who has no row any more. Unknown keeps it, and so does a household that is listed as a fault."""
    table_make(
        ENDS, "rule integer, sign bigint, household_id bigint, answer integer, PRIMARY KEY (rule, sign)"
    )
    places = places_of(plan)
    for subject in plan.subjects:
        mine = [places[rule.key] for rule in plan.rules_of(subject)]
        if mine:
            with walking(run):
                _ends_add(run, subject, mine, opened)
    return _by_rule(ENDS)


def _ends_add(run: ScreeningRun, subject: str, places: Sequence[Place], opened: QuerySet) -> None:
    source = compiled(opened.order_by().values_list("pk", "rule_key", "subject_key", "household_id"))
    if source is None:
        return
    told = [(place.number, place.rule.key, place.column, place.shift) for place in places]
    rules, params = _values(told, ["rule", "rule_key", "place", "shift"])
    parts = " ".join(
        f"WHEN {number} THEN (judged.a{number} >> told.shift) & 3" for number in range(places[-1].column + 1)
    )
    answer = f"CASE WHEN sheet.id IS NULL THEN {CODES[GONE]} ELSE CASE told.place {parts} END END"
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH sign (id, rule_key, subject_key, household_id) AS ({source[0]}) INSERT INTO {ENDS} "
            f"SELECT told.rule, sign.id, COALESCE(sheet.household_id, sign.household_id), {answer} FROM sign "
            f"JOIN ({rules}) AS told ON told.rule_key = sign.rule_key "
            f"LEFT JOIN {table_of(SHEETS[subject])} AS sheet ON sheet.run_id = %s AND sheet.subject_key = sign.subject_key "
            f"LEFT JOIN {table_judged(subject)} AS judged ON judged.id = sheet.id "
            f"WHERE {answer} IN ({CODES[OUT]}, {CODES[CLEAR]}, {CODES[GONE]}) AND (sheet.id IS NOT NULL OR NOT EXISTS (SELECT 1 FROM "
            f"{table_of(RunFault)} AS fault WHERE fault.run_id = %s AND fault.subject_key = 'household:' || sign.household_id))",
            [*source[1], *params, run.pk, run.pk],
        )


def _by_rule(table: str) -> dict[int, int]:
    table_analyze(table)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT rule, COUNT(*) FROM {table} GROUP BY rule")
        return dict(cursor.fetchall())


def _values(rows: Sequence[Sequence[Any]], names: Sequence[str]) -> tuple[str, list[Any]]:
    """A few rows as a query. The first names the columns, which VALUES cannot do on SQLite."""
    first = "SELECT " + ", ".join(f"%s AS {name}" for name in names)
    others = "SELECT " + ", ".join(["%s"] * len(names))
    return " UNION ALL ".join([first, *[others] * (len(rows) - 1)]), [cell for row in rows for cell in row]
