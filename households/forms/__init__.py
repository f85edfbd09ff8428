"""Forms of the case file."""

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
from households.forms.measures import EndForm, PaperForm, ReviewForm
from households.forms.points import CorrectForm, EarnForm, SpendForm, VillagePick
from households.forms.visit import VisitContext, VisitSheet

__all__ = [
    "AmountsForm",
    "CorrectForm",
    "EarnForm",
    "EndForm",
    "EventForm",
    "GuaranteeForm",
    "HelperForm",
    "HouseholdForm",
    "IncomeForm",
    "LeaveForm",
    "LivingForm",
    "MeasureForm",
    "NumberForm",
    "OnForm",
    "PaperForm",
    "PersonEditForm",
    "PersonForm",
    "RegisterForm",
    "ReviewForm",
    "SafetyNetForm",
    "SituationForm",
    "SpendForm",
    "StatusForm",
    "VillagePick",
    "VisitContext",
    "VisitSheet",
]
