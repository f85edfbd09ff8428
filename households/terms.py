"""Numbers of the packs that this room reads by name, each with where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from households.pack_tables import source_of
from policies.metrics import Judged
from policies.pack import Param
from policies.packset import PackSet
from policies.selectors import packs_in_force

STANDARD = "allowance_standard"
# The same thing under the names the documents' packs give it; the narrowest pack in force that has one of them counts.
TAPER_MONTHS = ("dibao_taper_months", "taper_months_max", "taper_months")
TAPER_MULTIPLE = ("taper_income_multiple_max",)
TAPER_WARNING = ("rule_taper_warn_months", "taper_warn_months")
SINGLE_MULTIPLE = ("single_person_income_multiple_max",)
SEVERE_GRADES = ("severe_disability_grades",)
INCOME_MEASURES_MIN = ("min_income_measures_per_household", "income_measures_min")
LABOUR_MIN = ("labour_members_min",)


@dataclass(frozen=True)
class Term:
    """A value in force and its source in words. `param` None: no pack in force says it."""

    param: Param | None
    source: str = ""

    @property
    def number(self) -> Decimal | None:
        value = self.param.value if self.param else None
        return value if isinstance(value, Decimal) else None

    @property
    def whole(self) -> int | None:
        return None if self.number is None else int(self.number)

    def fen_on(self, day: date) -> int | None:
        """An amount in 分 as it holds on a day (a value that moves with time may have another one then)."""
        if self.param is None or self.param.unit.fen is None:
            return None
        value = self.param.on(day).value
        return int(value * self.param.unit.fen) if isinstance(value, Decimal) else None


def term(packs: PackSet, names: Sequence[str]) -> Term:
    """The first of the names in the narrowest pack that has one, as it holds there."""
    for pack in packs.packs:
        params = packs.params(pack.code)
        for name in names:
            if name in params:
                param = params[name]
                at = packs.pack(param.pack) if param.pack in packs.checksums else pack
                return Term(param, source_of(at, param.basis, param.clause))
    return Term(None)


@dataclass(frozen=True)
class Terms:
    """Everything this room asks the packs of one county about help on one day."""

    packs: PackSet
    judged: Judged

    @classmethod
    def of(cls, code: str, as_of: date) -> "Terms":
        return cls(packs_in_force(as_of, code), Judged(as_of))

    def __getitem__(self, names: Sequence[str] | str) -> Term:
        return term(self.packs, (names,) if isinstance(names, str) else names)
