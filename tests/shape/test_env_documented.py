"""Every variable that the system reads stands in .env.example and in the runbook, and nothing else reads any."""

import ast
import re
from pathlib import Path

import pytest

from tests.shape.tree import APPS, ROOT, name_of, parsed, python_files

SETTINGS = ROOT / "poverty" / "settings.py"
EXAMPLE = ROOT / ".env.example"
RUNBOOK = ROOT / "docs" / "runbook.md"
# The only way to say which settings a process uses; Django's own variable, not one of ours.
DJANGO_OWN = {"DJANGO_SETTINGS_MODULE"}
# Where the variables are read that the settings do not know.
OTHER_READERS = ["run", "docker-compose.yml", "Dockerfile", ".ci/run", "tools/serve.py", "tools/test.py"]


def reader_of(call: ast.Call) -> str | None:
    """ "secret" for env.secret(...), None for any other call."""
    function = call.func
    if (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id == "env"
    ):
        return function.attr
    return None


def wrappers(tree: ast.Module) -> dict[str, str]:
    """Functions of the settings that hand their first argument on to a reader -> that reader."""
    found = {}
    for function in (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.args.args):
        first = function.args.args[0].arg
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            reader = reader_of(call)
            if reader and call.args and isinstance(call.args[0], ast.Name) and call.args[0].id == first:
                found[function.name] = reader
    return found


def variables(tree: ast.Module) -> set[str]:
    """The names that a settings module asks for; a secret may also come as NAME_FILE."""
    known, found = wrappers(tree), set()
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args):
        reader = reader_of(call) or (known.get(call.func.id) if isinstance(call.func, ast.Name) else None)
        first = call.args[0]
        if reader and isinstance(first, ast.Constant) and isinstance(first.value, str):
            found.add(first.value)
            if reader == "secret":
                found.add(f"{first.value}_FILE")
    return found


def in_example() -> set[str]:
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE))


def in_runbook() -> set[str]:
    rows = [line for line in RUNBOOK.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    return {name for row in rows for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", row.split("|")[1])}


def reads_environment(tree: ast.Module) -> list[str]:
    """os.environ and os.getenv, except where Django's own variable is given a default."""
    own = {
        id(node.func.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "setdefault"
        and isinstance(node.args[0], ast.Constant)
        and node.args[0].value in DJANGO_OWN
    }
    return [
        f"line {node.lineno}: os.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"environ", "getenv"}
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        and id(node) not in own
    ]


@pytest.mark.parametrize("place", [EXAMPLE, RUNBOOK], ids=[".env.example", "runbook"])
def test_every_variable_of_the_settings_is_documented(place: Path):
    documented = in_example() if place == EXAMPLE else in_runbook()
    assert not variables(parsed(SETTINGS)) - documented


def test_both_lists_name_the_same():
    assert in_example() == in_runbook()


def test_no_documented_variable_is_dead():
    elsewhere = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in OTHER_READERS)
    read = variables(parsed(SETTINGS)) | set(re.findall(r"\b[A-Z][A-Z0-9_]+\b", elsewhere))
    assert not in_example() - read


def test_only_the_readers_touch_the_environment():
    places = [path for path in python_files(*APPS) if name_of(path) != "poverty/env.py"]
    found = [f"{name_of(path)} {line}" for path in places for line in reads_environment(parsed(path))]
    assert not found, "\n".join(found)


def test_variables_are_found_through_readers_and_wrappers():
    source = """
def made(name, make):
    return env.secret(name) or make()
A = made("HIDDEN", str)
B = env.flag("LOUD", default=False)
C = other("SILENT")
"""
    assert variables(ast.parse(source)) == {"HIDDEN", "HIDDEN_FILE", "LOUD"}
    assert {"SECRET_KEY", "SECRET_KEY_FILE", "DATABASE_URL"} <= variables(parsed(SETTINGS))


def test_a_stray_reader_is_seen():
    assert reads_environment(ast.parse("import os\nx = os.environ.get('DEMO')"))
    assert reads_environment(ast.parse("import os\nx = os.getenv('DEMO')"))
    assert not reads_environment(ast.parse("import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'x')"))
