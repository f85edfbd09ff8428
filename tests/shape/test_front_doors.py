"""Doors obtain rows through selectors, which know the actor's scope. A manager used in a door is a hole in it."""

import ast
from pathlib import Path

import pytest

from tests.shape.tree import APPS, ROOT, name_of, parsed, python_files

DOORS = {"views", "api", "tasks", "forms", "sheets"}
MANAGERS = {"objects", "_default_manager", "_base_manager"}
# They take a model class and use its manager, which is the same hole with another name.
SHORTCUTS = {"get_object_or_404", "get_list_or_404", "aget_object_or_404"}


def doors() -> list[Path]:
    """views.py and its like in every app, also where one has become a package of that name."""
    found = []
    for path in python_files(*APPS):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if len(parts) > 1 and parts[1] in DOORS:
            found.append(path)
    return found


def holes(tree: ast.Module) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
            found.append(f"line {node.lineno}: .{node.attr}")
        elif isinstance(node, ast.ImportFrom):
            found += [f"line {node.lineno}: {alias.name}" for alias in node.names if alias.name in SHORTCUTS]
    return found


def test_no_door_uses_a_manager():
    found = [f"{name_of(path)} {hole}" for path in doors() for hole in holes(parsed(path))]
    assert not found, "\n".join(found)


def test_the_doors_are_found():
    assert len(APPS) >= 10
    assert any(path.name in {"views.py", "api.py"} for path in doors()), "the test looks in the wrong place"


@pytest.mark.parametrize(
    "source",
    [
        "Household.objects.filter(pk=1)",
        "rows = models.Household._default_manager.all()",
        "from django.shortcuts import get_object_or_404",
    ],
)
def test_a_hole_is_seen(source):
    assert holes(ast.parse(source))


def test_a_selector_is_no_hole():
    assert not holes(
        ast.parse("from households.selectors import household_get\nhousehold_get(actor=a, household_id=1)")
    )
