"""Side effects are lines in a service. A signal hides them from its reader and from set-based writers.

post_migrate is Django's own way to lay down roles after the tables exist, so it is allowed.
"""

import ast

import pytest

from tests.shape.tree import APPS, name_of, parsed, python_files

DOMAIN_APPS = [app for app in APPS if app != "poverty"]
MODULES = {"django.dispatch", "django.db.models.signals", "simple_history.signals"}
ALLOWED = {"post_migrate"}


def is_signal(module: str, name: str) -> bool:
    if name in ALLOWED:
        return False
    within = any(module == banned or module.startswith(f"{banned}.") for banned in MODULES)
    return within or f"{module}.{name}" in MODULES


def signals(tree: ast.Module) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            found += [f"line {node.lineno}: {a.name}" for a in node.names if is_signal(module, a.name)]
        elif isinstance(node, ast.Import):
            found += [f"line {node.lineno}: {a.name}" for a in node.names if is_signal(a.name, "")]
    return found


def test_domain_apps_use_no_signals():
    found = [
        f"{name_of(path)} {signal}" for path in python_files(*DOMAIN_APPS) for signal in signals(parsed(path))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "source",
    [
        "from django.dispatch import receiver",
        "from django.db.models.signals import post_save",
        "from django.db.models import signals",
        "import django.dispatch",
        "from simple_history.signals import pre_create_historical_record",
    ],
)
def test_a_signal_is_seen(source):
    assert signals(ast.parse(source))


def test_post_migrate_is_allowed():
    assert not signals(ast.parse("from django.db.models.signals import post_migrate"))
