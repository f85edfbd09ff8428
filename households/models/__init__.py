"""The case file."""

from households.models.household import (
    Household,
    HouseholdSituation,
    Membership,
    Person,
    PersonSituation,
    Residence,
)
from households.models.points import PointEntry
from households.models.status import Guarantee, HelperAssignment, SafetyNet, StatusSpell
from households.models.visits import AidMeasure, HouseholdEvent, Visit
from households.models.yearly import IncomeRecord

__all__ = [
    "AidMeasure",
    "Guarantee",
    "HelperAssignment",
    "Household",
    "HouseholdEvent",
    "HouseholdSituation",
    "IncomeRecord",
    "Membership",
    "Person",
    "PersonSituation",
    "PointEntry",
    "Residence",
    "SafetyNet",
    "StatusSpell",
    "Visit",
]
