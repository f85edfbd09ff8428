"""Words that do not belong in this project: somebody's own folders, pinyin names, names that say nothing."""

import ast
import re
from pathlib import Path

import pytest

from tests.shape.tree import files, is_generated, name_of, parsed, python_files

# Absolute paths of one person's machine work for that person only.
OWN_FOLDER = re.compile(r"(?<![\w.~*-])/(?:root|Users|wor[k]|home/(?!poverty\b)\w+)/")
TEXT = {
    "",
    ".py",
    ".html",
    ".js",
    ".css",
    ".md",
    ".toml",
    ".txt",
    ".in",
    ".yml",
    ".yaml",
    ".json",
    ".sh",
    ".csv",
}

# Code is English, so that one glossary row leads from every Chinese term to its one identifier.
PINYIN = {
    "bangfu", "bangfuren", "butie", "chanye", "chengyuan", "cunji", "fanpin", "fupin", "hukou", "huzhu", "jiance",
    "jianceduixiang", "jiating", "jiatingchengyuan", "minzu", "nonghu", "pinkun", "pinkuncun", "pinkunhu", "renkou",
    "shenfenzheng", "shouru", "tuopin", "weifang", "xiangmu", "xiangzhen", "xianji", "xingbie", "xingming", "zhengce",
    "zhufang", "zijin", "zhuangtai",
}  # fmt: skip
EMPTY_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "manager",
    "process",
    "handle",
    "data",
    "info",
    "misc",
    "core",
}


def own_folders(text: str) -> list[str]:
    return [match.group() for match in OWN_FOLDER.finditer(text)]


def names(tree: ast.Module) -> set[str]:
    """Every name the code gives to something."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.arg | ast.keyword) and node.arg:
            found.add(node.arg)
    return found


def words(name: str) -> list[str]:
    """householdExit, household_exit and HouseholdExit alike: household, exit."""
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]


def pinyin_names(tree: ast.Module) -> set[str]:
    return {name for name in names(tree) if PINYIN & {*words(name), name.lower()}}


def defined(tree: ast.Module) -> set[str]:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return {node.name.lower() for node in ast.walk(tree) if isinstance(node, kinds)}


def says_nothing(path: Path, tree: ast.Module) -> set[str]:
    allowed = (
        {"handle"} if "commands" in {*path.parts, path.stem} else set()
    )  # Django's own name for a command's work
    return ({path.stem} | defined(tree)) & EMPTY_NAMES - allowed


def test_no_file_names_a_folder_of_somebodys_machine():
    texts = [path for path in files() if path.suffix in TEXT and not is_generated(path)]
    found = [
        f"{name_of(path)}: {folder}"
        for path in texts
        for folder in own_folders(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert not found, "\n".join(found)


def test_identifiers_are_english():
    found = [
        f"{name_of(path)}: {sorted(bad)}" for path in python_files() if (bad := pinyin_names(parsed(path)))
    ]
    assert not found, "\n".join(found)


def test_names_say_what_the_thing_is():
    product = [path for path in python_files() if not name_of(path).startswith("tests/")]
    found = [
        f"{name_of(path)}: {sorted(bad)}" for path in product if (bad := says_nothing(path, parsed(path)))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("folder", ["root", "work", "Users", "home/li"])
def test_an_own_folder_is_seen(folder):
    assert own_folders(f'open("/{folder}/notes.txt")')


def test_a_url_is_no_folder():
    assert not own_folders("https://example.org/root/a and households/root/1")


@pytest.mark.parametrize(
    "source", ["pinkun_hu = 1", "class PinkunHu: pass", "def f(*, shouru): pass", "f(nonghu=1)"]
)
def test_pinyin_is_seen(source):
    assert pinyin_names(ast.parse(source))


def test_a_name_that_says_nothing_is_seen():
    assert says_nothing(Path("households/utils.py"), ast.parse(""))
    assert says_nothing(Path("households/views.py"), ast.parse("def process(): pass"))
    assert not says_nothing(Path("poverty/management/commands/screen.py"), ast.parse("def handle(): pass"))
