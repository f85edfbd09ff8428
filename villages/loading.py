"""Loading the list of divisions: columns code, name, level, parent_code. Twice the same file changes nothing."""

import csv
import gzip
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction

from common.errors import Invalid
from villages.models import CODE_LENGTH, Division, DivisionCode, DivisionName, Level
from villages.names import short_name

FOLDER = Path(__file__).resolve().parent / "data"
DATED_NAMES = FOLDER / "dated_names.csv"
COLUMNS = ("code", "name", "level", "parent_code")
LEVEL_OF = {length: level for level, length in CODE_LENGTH.items()}
PARENT_LEVEL = {
    Level.PREFECTURE: Level.PROVINCE,
    Level.COUNTY: Level.PREFECTURE,
    Level.TOWNSHIP: Level.COUNTY,
    Level.VILLAGE: Level.TOWNSHIP,
}


@dataclass(frozen=True)
class DivisionRow:
    line: int
    code: str
    name: str
    level: str
    parent_code: str


@dataclass(frozen=True)
class LoadResult:
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    stubs: int = 0
    names: int = 0


def read_rows(path: Path) -> list[DivisionRow]:
    """The rows of a CSV (or .csv.gz) file; refuses the file with row and column of the first fault."""
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rb") as file:
            text = file.read().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise Invalid(f"无法读取文件 {path.name}：须是 UTF-8 编码的 CSV。", code="unreadable") from fault
    reader = csv.DictReader(io.StringIO(text))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise Invalid(f"文件缺少列：{'、'.join(missing)}。", code="missing_column")
    rows = [
        DivisionRow(number, *((line[name] or "").strip() for name in COLUMNS))
        for number, line in enumerate(reader, 2)
    ]
    for row in rows:
        check_row(row)
    if not rows:
        raise Invalid("文件中没有区划。", code="empty")
    return rows


def _fault(row: DivisionRow, column: str, sentence: str) -> Invalid:
    return Invalid(f"第 {row.line} 行 {column} 列：{sentence}", code="bad_row", row=row.line, column=column)


def check_row(row: DivisionRow) -> None:
    """Refuse a row whose code, level and parent do not fit together."""
    if row.level not in CODE_LENGTH:
        raise _fault(row, "level", f"“{row.level}”不是区划级别。")
    level = Level(row.level)
    if not (row.code.isascii() and row.code.isdigit()) or len(row.code) != CODE_LENGTH[level]:
        raise _fault(row, "code", f"{level.label}代码应为 {CODE_LENGTH[level]} 位数字，“{row.code}”不是。")
    if not row.name:
        raise _fault(row, "name", "名称为空。")
    parent = PARENT_LEVEL.get(level)
    if parent is None:
        if row.parent_code:
            raise _fault(row, "parent_code", "省级没有上级。")
    elif row.parent_code != row.code[: CODE_LENGTH[parent]]:
        raise _fault(
            row, "parent_code", f"上级代码应为 {row.code[: CODE_LENGTH[parent]]}，“{row.parent_code}”不是。"
        )


def _stubs_for(rows: list[DivisionRow], known: set[str]) -> Iterator[DivisionRow]:
    """Parents above the file that nobody knows yet, from the top down."""
    have = known | {row.code for row in rows}
    lengths = sorted(LEVEL_OF)
    wanted = {row.code[:length] for row in rows for length in lengths if length < len(row.code)} - have
    for code in sorted(wanted, key=lambda text: (len(text), text)):
        yield DivisionRow(0, code, code, LEVEL_OF[len(code)], "")


@transaction.atomic
def divisions_load(rows: Iterable[DivisionRow], today: date) -> LoadResult:
    """Bring the divisions to the state of the list. Divisions missing from it stay: abolishing is an act of its own."""
    listed = list(rows)
    twice = {row.code: row for row in listed}
    if len(twice) != len(listed):
        seen: set[str] = set()
        double = next(row for row in listed if row.code in seen or seen.add(row.code))  # type: ignore[func-returns-value]
        raise _fault(double, "code", f"代码 {double.code} 重复。")
    known = {division.code: division for division in Division.objects.all()}
    stubs = list(_stubs_for(listed, set(known)))
    fresh = [row for row in listed if row.code not in known]
    for level in CODE_LENGTH:
        _insert([row for row in (*stubs, *fresh) if row.level == level], known)
    changed = [row for row in listed if row not in fresh and _update(known[row.code], row, today)]
    names = load_dated_names(DATED_NAMES, known)
    return LoadResult(len(fresh), len(changed), len(listed) - len(fresh) - len(changed), len(stubs), names)


def _insert(rows: list[DivisionRow], known: dict[str, Division]) -> None:
    made = []
    for row in rows:
        parent = PARENT_LEVEL.get(Level(row.level))
        above = known[row.code[: CODE_LENGTH[parent]]] if parent else None
        made.append(
            Division(
                code=row.code, name=row.name, short_name=short_name(row.name), level=row.level, parent=above,
                is_stub=row.line == 0,
            )
        )  # fmt: skip
    Division.objects.bulk_create(made, batch_size=1000)
    DivisionCode.objects.bulk_create(
        [DivisionCode(division=one, code=one.code) for one in made], batch_size=1000
    )
    named = [DivisionName(division=one, name=one.name) for one in made if not one.is_stub]
    DivisionName.objects.bulk_create(named, batch_size=1000)
    known |= {one.code: one for one in made}


def _update(division: Division, row: DivisionRow, today: date) -> bool:
    """True when the list says something new about a division we have. A name that differs becomes a dated name."""
    if division.name == row.name and not division.is_stub:
        return False
    if division.is_stub:
        DivisionName.objects.create(division=division, name=row.name)
    else:
        rename(division, row.name, today, basis="inferred", note="装载区划表时名称不同，日期为装载日")
    division.name, division.short_name, division.is_stub = row.name, short_name(row.name), False
    division.save(update_fields=["name", "short_name", "is_stub"])
    return True


def rename(division: Division, name: str, on: date, *, basis: str, note: str = "") -> None:
    """Close the name in use on that day and open the new one; the caller writes the division itself."""
    DivisionName.objects.filter(division=division, effective_to__isnull=True).update(effective_to=on)
    DivisionName.objects.create(division=division, name=name, effective_from=on, basis=basis, note=note)


def load_dated_names(path: Path, known: dict[str, Division]) -> int:
    """Former names we know of, for the divisions that are here; how many were new."""
    added = 0
    with path.open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            division = known.get(line["code"])
            if division is None or division.is_stub:
                continue
            until = date.fromisoformat(line["effective_to"])
            _, made = DivisionName.objects.get_or_create(
                division=division,
                name=line["name"],
                effective_from=None,
                defaults={"effective_to": until, "basis": line["basis"], "note": line["note"]},
            )
            if made:
                added += 1
                undated = DivisionName.objects.filter(
                    division=division, name=division.name, effective_from__isnull=True
                )
                undated.update(effective_from=until, basis=line["basis"], note=line["note"])
    return added
