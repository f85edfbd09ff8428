"""docs/metrics.md: every registered metric, written from the registry itself so that it never tells of another product."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings

from policies.metrics import Metric, groups_of, source_of, subjects
from policies.wording import SUBJECTS

PATH = Path("docs") / "metrics.md"
TYPES = {"fen": "金额（分）", "count": "数", "date": "日期", "flag": "是否", "code": "代码"}
ORDER = ("household", "person", "village", "township", "project", "fund_area")
HEAD = """# Metrics: what rules may read

Written by `manage.py metric_table --write`; a test holds it against the registry. Every metric is measured as of a day, by what was
known then; empty is unknown (未采集), which never reads as zero or as fine. Money is kept in 分 and shown in 元.
"""
COLUMNS = "| metric | 名称 | type | unit | unknown when | fields |\n|---|---|---|---|---|---|"


def table_path() -> Path:
    return Path(settings.BASE_DIR) / PATH


def table_text() -> str:
    """The whole page."""
    known = [subject for subject in ORDER if subject in subjects()]
    rest = sorted(set(subjects()) - set(known))
    return "\n".join([HEAD, *(_subject(subject) for subject in (*known, *rest))]).rstrip() + "\n"


def _subject(subject: str) -> str:
    parts = [f"## {SUBJECTS.get(subject, subject)} (`{subject}`)\n"]
    source = source_of(subject)
    if source.table is not None:
        parts.append(_group("table", source.table, source.metrics))
    parts += [_group(group.name, group.rows, group.metrics) for group in groups_of(subject)]
    return "\n".join(parts)


def _group(name: str, measure: Callable[..., Any], metrics: Iterable[Metric]) -> str:
    """One group: who measures it and by what definition, then its metrics."""
    room = measure.__module__.partition(".")[0]
    said = " ".join((measure.__doc__ or "").split())
    head = f"### {name}\n\nMeasured by `{room}`{f': {said}' if said else '.'}\n"
    return "\n".join([head, COLUMNS, *(_line(metric) for metric in metrics), ""])


def _line(metric: Metric) -> str:
    cells = (
        f"`{metric.name}`", metric.label, TYPES[metric.type], metric.unit or "—", metric.unknown_when or "不会未知",
        metric.group or "—",
    )  # fmt: skip
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
