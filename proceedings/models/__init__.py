"""Formal proceedings of households and villages, every step of them, every paper."""

from proceedings.models.proceeding import OPEN_STATES, Kind, Proceeding, RemovalWay, Source, State
from proceedings.models.step import PaperKind, Step, StepFile

__all__ = [
    "Kind",
    "OPEN_STATES",
    "PaperKind",
    "Proceeding",
    "RemovalWay",
    "Source",
    "State",
    "Step",
    "StepFile",
]
