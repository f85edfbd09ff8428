"""plan.toml -> who is to be visited how often. A line names classes, a topic and parameters; it holds no numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.permissions import ROLES
from policies.metrics import metrics_of
from policies.pack.faults import Book
from policies.pack.fields import Fields
from policies.pack.param import BASES_ZH, Param, clause_zh
from policies.pack.read_params import clause_of

# What is to be done. Each topic is judged by itself: a phone call does not stand in for a visit to the house.
TOPICS: Mapping[str, str] = {"contact": "联系", "visit": "走访", "collect": "采集", "look_back": "回头看"}
KINDS: Mapping[str, str] = {"home": "入户", "phone": "电话", "outside": "在外见面"}
SPANS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
YEAR = 12


@dataclass(frozen=True)
class PlanLine:
    """One obligation: to whom it applies, and by which parameters. Empty classes mean any."""

    key: str
    title: str
    topic: str
    basis: str
    clause: str = ""
    status: str = "active"
    poverty: tuple[str, ...] = ()
    monitor: tuple[str, ...] = ()
    every: str = ""
    start: str = ""
    until: str = ""
    soon: str = ""
    counts: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    who: str = ""
    note: str = ""

    @property
    def is_active(self) -> bool:
        return self.status == "active"

    @property
    def basis_zh(self) -> str:
        return BASES_ZH[self.basis]

    @property
    def place(self) -> str:
        """Where it stands: 第33条."""
        return clause_zh(self.clause)

    @property
    def params(self) -> tuple[str, ...]:
        return tuple(key for key in (self.every, self.start, self.until, self.soon) if key)


def rhythm_of(param: Param) -> tuple[int, int] | None:
    """(months, times): every so many months, so many times. None where the parameter says neither."""
    number = param.value
    if not isinstance(number, Decimal) or number != int(number) or number < 1:
        return None
    if param.unit.base == "months" and not param.unit.pers:
        months = int(number)
        return (months, 1) if YEAR % months == 0 or months % YEAR == 0 else None
    if param.unit.base in ("visits", "times") and param.unit.pers and param.unit.pers[-1] in SPANS:
        return SPANS[param.unit.pers[-1]], int(number)
    return None


def _codes(fields: Fields, name: str, metric: str) -> tuple[str, ...]:
    found = fields.texts(name)
    known = metrics_of("household").get(metric)
    for code in found if known else ():
        if known and code not in known.labels:
            fields.fault(f"{name} 的“{code}”不是{known.label}的代码。")
    return found


def _words(fields: Fields, name: str, known: Iterable[str]) -> tuple[str, ...]:
    found = fields.texts(name)
    for word in found:
        if word not in known:
            fields.fault(f"{name} 的“{word}”不在允许的范围内（{'、'.join(known)}）。")
    return found


def _line(table: object, number: int, book: Book, *, against_metrics: bool) -> PlanLine:
    fields = Fields(table, f"line.{number}", book)
    basis = fields.choice("basis", tuple(BASES_ZH))
    line = PlanLine(
        key=fields.text("key", needed=True),
        title=fields.text("title", needed=True),
        topic=fields.choice("topic", tuple(TOPICS)),
        basis=basis,
        clause=clause_of(fields, basis),
        status=fields.choice("status", ("active", "planned"), default="active"),
        poverty=_codes(fields, "poverty", "poverty_status" if against_metrics else ""),
        monitor=_codes(fields, "monitor", "monitor_class" if against_metrics else ""),
        every=fields.text("every"),
        start=fields.text("start"),
        until=fields.text("until"),
        soon=fields.text("soon"),
        counts=_words(fields, "counts", KINDS),
        roles=_words(fields, "roles", tuple(ROLES)),
        who=fields.text("who"),
        note=fields.text("note"),
    )
    fields.close()
    return line


def _shape(line: PlanLine) -> list[str]:
    """What is missing from an active line, or too much."""
    found = []
    if bool(line.every) == bool(line.until and line.start):
        found.append("every 与 start、until 应恰有其一。")
    if (line.topic == "collect") == bool(line.counts):
        found.append("counts 写明哪些走访方式算数；采集不写。")
    if not line.soon:
        found.append("缺少 soon（提前几天提醒）。")
    return found


def _units(line: PlanLine, params: Mapping[str, Param]) -> list[str]:
    """Which parameters are not what the line needs them to be."""
    found = []
    if line.every in params and rhythm_of(_any_value(params[line.every])) is None:
        found.append(f"参数 {line.every} 应为月数（整除12或为12的倍数）或每月、每季、每年的次数。")
    wanted = ((line.start, "date", "日期"), (line.until, "date", "日期"), (line.soon, "days", "天数"))
    found += [
        f"参数 {key} 应是{word}。"
        for key, unit, word in wanted
        if key in params and params[key].unit.base != unit
    ]
    return found


def _check(line: PlanLine, params: Mapping[str, Param], named: set[str], book: Book) -> None:
    """An active line has a rhythm or a window, a warning, and where visits count, which kinds do."""
    faults = [f"引用了不存在的参数 {key}。" for key in line.params if key not in named]
    if line.is_active:
        faults += [*_shape(line), *_units(line, params)]
    for sentence in faults:
        book.note(f"line.{line.key}", sentence)


def _any_value(param: Param) -> Param:
    """The parameter with a value it has at some time."""
    return param.on(param.spells[0].start) if param.spells else param


def read_plan(
    content: Mapping[str, Any],
    params: Mapping[str, Param],
    named: set[str],
    book: Book,
    *,
    against_metrics: bool,
) -> tuple[PlanLine, ...]:
    """Every line of plan.toml; faults go to the book."""
    file = Fields(content, "", book)
    tables = file.tables("line")
    file.close()
    found = tuple(
        _line(table, number, book, against_metrics=against_metrics) for number, table in enumerate(tables, 1)
    )
    for line in found:
        _check(line, params, named, book)
    keys = [line.key for line in found]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        book.note(f"line.{key}", "同一 key 出现两次。")
    return found
