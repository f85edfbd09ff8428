"""Forms of the case file."""

from households.forms.hand_in import HandInForm
from households.forms.household import (
    AmountsForm,
    EventForm,
    GuaranteeForm,
    HelperForm,
    HouseholdForm,
    IncomeForm,
    LeaveForm,
    LivingForm,
    MeasureForm,
    NumberForm,
    OnForm,
    PersonEditForm,
    PersonForm,
    RegisterForm,
    SafetyNetForm,
    SituationForm,
    StatusForm,
)
from households.forms.visit import VisitContext, VisitSheet

__all__ = [
    "AmountsForm",
    "EventForm",
    "GuaranteeForm",
    "HandInForm",
    "HelperForm",
    "HouseholdForm",
    "IncomeForm",
    "LeaveForm",
    "LivingForm",
    "MeasureForm",
    "NumberForm",
    "OnForm",
    "PersonEditForm",
    "PersonForm",
    "RegisterForm",
    "SafetyNetForm",
    "SituationForm",
    "StatusForm",
    "VisitContext",
    "VisitSheet",
]
