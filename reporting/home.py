"""For those who look and ask rather than handle (leaders, auditors): the county's figures on the home page."""

from collections.abc import Iterator
from datetime import date

from accounts.actor import Actor
from accounts.home import HomeCounter
from reporting.boards import figure_url
from reporting.figures import FIGURES
from reporting.selectors import areas_for, snapshot_get

# (figure, label, tone while it is above zero)
SHOWN = (
    ("monitored_households", "监测户（户）", "blue"),
    ("open_signs", "未处理风险（条）", "amber"),
    ("open_cases", "待核查任务（项）", "amber"),
    ("overdue_cases", "逾期未核查（项）", "red"),
    ("overdue_rectifications", "逾期未整改（项）", "red"),
)
HANDLING = ("monitoring.handle_case", "households.set_status")


def home_parts(actor: Actor, today: date) -> Iterator[HomeCounter]:
    """The newest figures of the widest area; whoever handles cases has his own list and sees none of these."""
    if not actor.may("reporting.view") or any(actor.may(permission) for permission in HANDLING):
        return
    areas = areas_for(actor=actor)
    snapshot = snapshot_get(actor=actor, area_code=areas[0][0]) if areas else None
    if snapshot is None:
        return
    for name, label, tone in SHOWN:
        if actor.may(FIGURES[name].permission):
            value = snapshot.value(name)
            yield HomeCounter(label, value, figure_url(name, snapshot.area.code), tone if value else "grey")
