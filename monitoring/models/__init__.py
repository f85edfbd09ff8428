"""Watch, judge, follow up."""

from monitoring.models.cases import CollectionDuty, Decision, DecisionTopic, RiskCase
from monitoring.models.facts import (
    FundAreaFacts,
    HouseholdFacts,
    PersonFacts,
    ProjectFacts,
    TownshipFacts,
    VillageFacts,
)
from monitoring.models.rectification import Rectification, RectificationStep
from monitoring.models.runs import RiskSign, RunFault, RunOutcome, RunTally, ScreeningRun

__all__ = [
    "CollectionDuty",
    "Decision",
    "DecisionTopic",
    "FundAreaFacts",
    "HouseholdFacts",
    "PersonFacts",
    "ProjectFacts",
    "Rectification",
    "RectificationStep",
    "RiskCase",
    "RiskSign",
    "RunFault",
    "RunOutcome",
    "RunTally",
    "ScreeningRun",
    "TownshipFacts",
    "VillageFacts",
]
