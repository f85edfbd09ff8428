"""Apply a transition table: look up, check permission and named conditions, write the state conditionally."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from common.errors import Conflict


@dataclass(frozen=True)
class Step:
    """One arrow of a flow: where it leads, which permission it needs, which named conditions must hold."""

    to: str
    need: str
    also: tuple[str, ...] = ()
    label: str = ""


Flow = Mapping[tuple[str, str], Step]


def step_for(flow: Flow, state: str, act: str) -> Step:
    step = flow.get((state, act))
    if step is None:
        raise Conflict("当前状态下不能进行这一步操作，请刷新后再试。", code="wrong_state")
    return step


def acts_from(flow: Flow, state: str) -> list[tuple[str, Step]]:
    return [(act, step) for (start, act), step in flow.items() if start == state]


def transition_apply(
    row: Any,  # a model with a `state`; no protocol says that of Django models
    flow: Flow,
    act: str,
    *,
    may: Callable[[str], None],
    conditions: Mapping[str, Callable[[], None]] | None = None,
    **values: object,
) -> Step:
    """Move `row.state` along `act`. `may(permission)` and each named condition raise their own refusal.

    The UPDATE is conditional on the old state: of two people pressing at once one gets Conflict, never both.
    """
    step = step_for(flow, row.state, act)
    may(step.need)
    for name in step.also:
        (conditions or {})[name]()
    won = type(row)._default_manager.filter(pk=row.pk, state=row.state).update(state=step.to, **values)
    if not won:
        raise Conflict("这条记录刚刚被他人处理，请刷新后再试。", code="wrong_state")
    row.refresh_from_db()
    return step
