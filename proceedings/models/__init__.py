"""Formal proceedings of households and villages, every step of them, every paper, and how requests come in."""

from proceedings.models.intake import Application, LocalNumber, RateCounter, VillageCode
from proceedings.models.notices import CheckMark, Notice, NoticeItem, NoticePhoto, Objection
from proceedings.models.proceeding import OPEN_STATES, Kind, Proceeding, RemovalWay, Source, State
from proceedings.models.step import PaperKind, Step, StepFile

__all__ = [
    "Application",
    "CheckMark",
    "Kind",
    "LocalNumber",
    "Notice",
    "NoticeItem",
    "NoticePhoto",
    "OPEN_STATES",
    "Objection",
    "PaperKind",
    "Proceeding",
    "RateCounter",
    "RemovalWay",
    "Source",
    "State",
    "Step",
    "StepFile",
    "VillageCode",
]
