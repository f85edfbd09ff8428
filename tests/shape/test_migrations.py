"""Migrations say what the models say, do not fork, know no services, and point down like the imports do."""

import ast
import configparser

from django.apps import apps
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ModelState, ProjectState
from django.utils import translation

from tests.shape.tree import APPS, ROOT, files, name_of, parsed

# What a migration does must not change when a service does.
LIVING_CODE = {"services", "selectors", "rules", "tasks", "metrics"}


def on_disk() -> MigrationLoader:
    return MigrationLoader(None, ignore_no_migrations=True)


def missing(loader: MigrationLoader, wanted: ProjectState) -> list[str]:
    """Changes of the models that no migration makes; asks no database."""
    questioner = NonInteractiveMigrationQuestioner(specified_apps=set(), dry_run=True)
    # Untranslated, as the command does it: a Chinese label of Django's own would look like a change.
    with translation.override(None):
        changes = MigrationAutodetector(loader.project_state(), wanted, questioner).changes(
            graph=loader.graph
        )
    return [
        f"{app}: {operation.describe()}"
        for app, migrations in changes.items()
        if app in APPS
        for migration in migrations
        for operation in migration.operations
    ]


def ranks() -> dict[str, int]:
    """App -> height, from the same file that judges the imports. Apps on one line share a height."""
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter", encoding="utf-8")
    lines = config["importlinter:contract:layers"]["layers"].split("\n")
    layers = [line for line in lines if line.strip()]
    return {app.strip(): len(layers) - row for row, line in enumerate(layers) for app in line.split("|")}


def upward(app: str, dependencies: list[tuple[str, str]], heights: dict[str, int]) -> list[str]:
    return [
        f"{app} depends on {other}"
        for other, _ in dependencies
        if other in heights and other != app and heights[other] >= heights[app]
    ]


def living_imports(tree: ast.Module) -> list[str]:
    modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    modules += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    return [module for module in modules if LIVING_CODE & set(module.split(".")[1:])]


def test_no_migration_is_missing():
    found = missing(on_disk(), ProjectState.from_apps(apps))
    assert not found, "\n".join(found)


def test_a_missing_migration_is_seen():
    changed = ProjectState.from_apps(apps).clone()
    changed.add_model(ModelState("villages", "Newcomer", [("id", models.BigAutoField(primary_key=True))]))
    assert missing(on_disk(), changed)


def test_migrations_do_not_fork():
    assert not on_disk().detect_conflicts()


def test_migrations_point_down():
    heights = ranks()
    found = [
        line
        for (app, _), migration in on_disk().disk_migrations.items()
        if app in heights
        for line in upward(app, migration.dependencies, heights)
    ]
    assert not found, "\n".join(found)


def test_an_upward_arrow_is_seen():
    heights = ranks()
    assert upward("villages", [("accounts", "0001_initial")], heights)
    assert upward("policies", [("exchange", "0001_initial")], heights)
    assert not upward("accounts", [("villages", "0001_initial"), ("auth", "0001_initial")], heights)


def test_migrations_know_no_services():
    migrations = [path for path in files() if path.suffix == ".py" and path.parent.name == "migrations"]
    found = [f"{name_of(path)}: {module}" for path in migrations for module in living_imports(parsed(path))]
    assert not found, "\n".join(found)


def test_a_service_in_a_migration_is_seen():
    assert living_imports(ast.parse("from households.services import household_register"))
    assert not living_imports(ast.parse("from common.vault import EncryptedField"))
