"""Formal proceedings: how a request comes in, what is posted, what is objected."""

from proceedings.models.intake import Application, LocalNumber, RateCounter, VillageCode

__all__ = ["Application", "LocalNumber", "RateCounter", "VillageCode"]
