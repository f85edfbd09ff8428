"""Formal proceedings of households and villages, every step of them, every paper, and how requests come in."""

from proceedings.models.intake import Application, LocalNumber, RateCounter, VillageCode
from proceedings.models.proceeding import OPEN_STATES, Kind, Proceeding, RemovalWay, Source, State
from proceedings.models.step import PaperKind, Step, StepFile

__all__ = [
    "Application",
    "Kind",
    "LocalNumber",
    "OPEN_STATES",
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
