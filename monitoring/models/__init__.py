"""Watch, judge, follow up."""

from monitoring.departments.models import (
    DepartmentBatch,
    DepartmentDifference,
    DepartmentMapping,
    DepartmentRow,
    DepartmentRowFault,
)
from monitoring.models.cases import CollectionDuty, Decision, DecisionTopic, RiskCase
from monitoring.models.facts import (
    FundAreaFacts,
    HouseholdFacts,
    PersonFacts,
    ProjectFacts,
    TownshipFacts,
    VillageFacts,
)
from monitoring.models.freezing import FrozenHousehold, FrozenName, FrozenTally, QuarterFreeze
from monitoring.models.rectification import Rectification, RectificationStep
from monitoring.models.runs import RiskSign, RunFault, RunOutcome, RunTally, ScreeningRun
from monitoring.quality.models import DataFault, FaultExemption, FaultHandover, QualityRun
from monitoring.quality.sheets import (
    CheckHit,
    HouseholdSheet,
    IncomeSheet,
    MeasureCounts,
    MeasureSheet,
    MemberCounts,
    PersonSheet,
    VillageSheet,
)

__all__ = [
    "CheckHit",
    "CollectionDuty",
    "DataFault",
    "Decision",
    "DecisionTopic",
    "DepartmentBatch",
    "DepartmentDifference",
    "DepartmentMapping",
    "DepartmentRow",
    "DepartmentRowFault",
    "FaultExemption",
    "FaultHandover",
    "FrozenHousehold",
    "FrozenName",
    "FrozenTally",
    "FundAreaFacts",
    "HouseholdFacts",
    "HouseholdSheet",
    "IncomeSheet",
    "MeasureCounts",
    "MeasureSheet",
    "MemberCounts",
    "PersonFacts",
    "PersonSheet",
    "ProjectFacts",
    "QualityRun",
    "QuarterFreeze",
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
    "VillageSheet",
]
