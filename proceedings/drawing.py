"""The flow tables as a page for people: docs/proceedings.md is written from them and held against them by a test."""

from accounts.permissions import PERMISSIONS
from common.transitions import Flow
from proceedings.flow import DECLINE, FLOWS, PAPERS
from proceedings.models import Kind, PaperKind, State

HEAD = """# 认定程序的流程

This page is written from `proceedings/flow.py` (`.venv/bin/python tools/draw_flows.py`); a test holds it against the tables.
Before the county has decided, it may end a proceeding at any step (`不予纳入`, `不予消除`, `不予退出`); these arrows are left out of the pictures.
"""


def flows_drawn() -> str:
    """The whole page: a diagram and a table for every kind."""
    return "\n".join([HEAD, *(_kind(kind, table) for kind, table in FLOWS.items())])


def _kind(kind: str, table: Flow) -> str:
    lines = [f"## {Kind(kind).label}", "", "```mermaid", "stateDiagram-v2"]
    for (state, act), arrow in table.items():
        if act != DECLINE:
            lines.append(f"  {State(state).label} --> {State(arrow.to).label}: {arrow.label}")
    lines += ["```", "", "| 环节 | 办理 | 到 | 权限 | 须附材料 |", "|---|---|---|---|---|"]
    for (state, act), arrow in table.items():
        if act != DECLINE:
            papers = "、".join(str(PaperKind(paper).label) for paper in PAPERS.get((kind, act), ())) or "—"
            cells = (State(state).label, arrow.label, State(arrow.to).label, PERMISSIONS[arrow.need], papers)
            lines.append(f"| {' | '.join(str(cell) for cell in cells)} |")
    return "\n".join([*lines, ""])
