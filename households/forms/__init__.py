"""Forms of the case file."""

from households.forms.acts import (
    ActForm,
    LeaveForm,
    MoveForm,
    OtherForm,
    PaperForm,
    ReasonedForm,
    ReopenForm,
    ReturnForm,
    ReverseForm,
    SplitForm,
    TransferForm,
    proposals,
)
from households.forms.based import OnForm
from households.forms.facts import (
    EventForm,
    GuaranteeForm,
    HelperForm,
    LivingForm,
    MeasureForm,
    SafetyNetForm,
    SituationForm,
    StatusForm,
)
from households.forms.hand_in import HandInForm
from households.forms.household import (
    HouseholdForm,
    JoinForm,
    NumberForm,
    PersonEditForm,
    PersonForm,
    RegisterForm,
)
from households.forms.income import AmountsForm, IncomeForm, IncomeItemsForm
from households.forms.measures import EndForm, MeasurePaperForm, ReviewForm
from households.forms.points import CorrectForm, EarnForm, SpendForm, VillagePick
from households.forms.visit import VisitContext, VisitSheet

__all__ = [
    "ActForm",
    "AmountsForm",
    "CorrectForm",
    "EarnForm",
    "EndForm",
    "EventForm",
    "GuaranteeForm",
    "HandInForm",
    "HelperForm",
    "HouseholdForm",
    "IncomeForm",
    "IncomeItemsForm",
    "JoinForm",
    "LeaveForm",
    "LivingForm",
    "MeasureForm",
    "MoveForm",
    "NumberForm",
    "OnForm",
    "OtherForm",
    "MeasurePaperForm",
    "PaperForm",
    "PersonEditForm",
    "PersonForm",
    "ReasonedForm",
    "RegisterForm",
    "ReopenForm",
    "ReturnForm",
    "ReverseForm",
    "ReviewForm",
    "SafetyNetForm",
    "SituationForm",
    "SpendForm",
    "SplitForm",
    "StatusForm",
    "TransferForm",
    "VillagePick",
    "VisitContext",
    "VisitSheet",
    "proposals",
]
