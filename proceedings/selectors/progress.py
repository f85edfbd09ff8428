"""What somebody who applied may be told: received, being checked, answered. Never of whom, never what came of it."""

from enum import StrEnum

from proceedings.models import Application


class Progress(StrEnum):
    RECEIVED = "received"
    CHECKING = "checking"
    ANSWERED = "answered"

    @property
    def label(self) -> str:
        return {"received": "已收到", "checking": "正在核实", "answered": "已答复"}[self.value]

    @property
    def sentence(self) -> str:
        return {
            "received": "您的申报已经收到，等待乡镇受理。",
            "checking": "村里和乡镇正在核实您的情况，请保持电话畅通。",
            "answered": "您的申报已有结果，工作人员会当面或打电话告诉您；没有接到的，请联系村委会。",
        }[self.value]


def progress_of(application: Application) -> Progress:
    if application.state == Application.State.NEW:
        return Progress.RECEIVED
    if application.state == Application.State.DECLINED:
        return Progress.ANSWERED
    proceeding = application.proceeding
    if proceeding is not None and (proceeding.decided_on is not None or proceeding.closed_on is not None):
        return Progress.ANSWERED
    return Progress.CHECKING
