"""The case file."""

from households.models.acts import HouseholdAct, HouseholdFile
from households.models.explained import Explained
from households.models.household import (
    Household,
    HouseholdSituation,
    Membership,
    Person,
    PersonSituation,
    Residence,
)
from households.models.photos import VisitPhoto
from households.models.points import PointEntry
from households.models.status import Guarantee, HelperAssignment, SafetyNet, StatusSpell
from households.models.visits import AidMeasure, HouseholdEvent, Visit
from households.models.yearly import IncomeItem, IncomeRecord

__all__ = [
    "AidMeasure",
    "Explained",
    "Guarantee",
    "HelperAssignment",
    "Household",
    "HouseholdAct",
    "HouseholdEvent",
    "HouseholdFile",
    "HouseholdSituation",
    "IncomeItem",
    "IncomeRecord",
    "Membership",
    "Person",
    "PersonSituation",
    "PointEntry",
    "Residence",
    "SafetyNet",
    "StatusSpell",
    "Visit",
    "VisitPhoto",
]
