"""Budgets of size. A file that outgrows its budget is split along a noun, not squeezed."""

import ast
import warnings
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tests.shape.tree import files, is_generated, name_of, parsed, python_files

SOFT_FILE = 300
LIMITS = {
    "file": 500,
    "function": 60,
    "class": 250,
    "task": 12,
    "test file": 500,
    "template": 150,
    "script": 500,
}


class Exemption(NamedTuple):
    limit: int
    until: date  # a debt has a date; after it the test fails again
    why: str


# (kind, "path" or "path:name") -> Exemption
EXEMPTIONS: dict[tuple[str, str], Exemption] = {}


class Measured(NamedTuple):
    kind: str
    name: str
    lines: int


def is_task(node: ast.AST) -> bool:
    decorators = getattr(node, "decorator_list", [])
    return any("shared_task" in ast.dump(decorator) for decorator in decorators)


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines below the signature and the docstring."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


def blocks(tree: ast.Module, file: str) -> Iterator[Measured]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Measured("function", f"{file}:{node.name}", (node.end_lineno or 0) - node.lineno + 1)
            if is_task(node):
                yield Measured("task", f"{file}:{node.name}", body_lines(node))
        elif isinstance(node, ast.ClassDef):
            yield Measured("class", f"{file}:{node.name}", (node.end_lineno or 0) - node.lineno + 1)


def line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def measured() -> Iterator[Measured]:
    for path in python_files():
        file = name_of(path)
        if file.startswith("tests/"):
            yield Measured("test file", file, line_count(path))
            continue
        yield Measured("file", file, line_count(path))
        yield from blocks(parsed(path), file)
    kinds = {".html": "template", ".js": "script", ".css": "script"}
    for path in files():
        if path.suffix in kinds and not is_generated(path):
            yield Measured(kinds[path.suffix], name_of(path), line_count(path))


def too_large(item: Measured) -> bool:
    exemption = EXEMPTIONS.get((item.kind, item.name))
    return item.lines > (exemption.limit if exemption else LIMITS[item.kind])


def test_nothing_outgrows_its_budget():
    found = [f"{item.kind} {item.name}: {item.lines} lines" for item in measured() if too_large(item)]
    assert not found, "\n".join(found)


def test_files_growing_large_are_named():
    growing = [
        f"{item.name} ({item.lines})" for item in measured() if item.kind == "file" and item.lines > SOFT_FILE
    ]
    if growing:
        warnings.warn(
            f"over {SOFT_FILE} lines, think of the noun that splits it: {', '.join(growing)}", stacklevel=1
        )


def test_exemptions_are_needed_and_have_not_expired():
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    needed = {(item.kind, item.name) for item in measured() if item.lines > LIMITS[item.kind]}
    expired = [key for key, exemption in EXEMPTIONS.items() if exemption.until < today]
    assert not expired
    assert not set(EXEMPTIONS) - needed, "no longer needed"


def test_the_measure_sees_a_long_function_and_a_long_task():
    body = "\n".join(f"    x = {number}" for number in range(61))
    source = f'@shared_task(name="a.b")\ndef long_one():\n    """Doc."""\n{body}\n'
    found = {item.kind: item for item in blocks(ast.parse(source), "a.py")}
    assert found["function"].lines == 63
    assert too_large(found["function"])
    assert found["task"].lines == 61
    assert too_large(found["task"])
