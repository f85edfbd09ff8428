"""What a run judges: the rules in force, compiled for one moment, with the little that writing signs needs to know."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from policies.evaluate import Compiled
from policies.metrics import Judged

HIT, CLEAR, OUT, UNKNOWN = "hit", "clear", "out", "unknown"
CASE_EFFECTS = ("case", "propose_class")
# Villages and townships are judged by figures of a year, as money is, and their signs are findings like those of money.
OF_HOUSEHOLDS, OF_MONEY = ("household", "person"), ("fund_area", "project", "village", "township")
SUBJECTS = {
    "households": OF_HOUSEHOLDS,
    "whatif": OF_HOUSEHOLDS,
    "funds": OF_MONEY,
    "freeze": (*OF_HOUSEHOLDS, *OF_MONEY),  # the whole of a quarter, that of money too
    "rejudge": (*OF_HOUSEHOLDS, *OF_MONEY),
}
LIST = "list"  # counted in the tallies of the run; no sign is opened


@dataclass(frozen=True)
class RunRule:
    """One compiled rule. `out` are subjects the rule does not speak about; what is neither hit, clear nor out is unknown."""

    key: str
    topic: str
    effect: str
    subject: str
    hit: Q
    clear: Q
    out: Q | None
    evidence: Combinable
    limits: str
    pack_code: str
    pack_checksum: str
    asks: bool = False
    time_driven: bool = False
    band: Mapping[str, int] = field(default_factory=dict)
    compiled: Compiled | None = None  # where the rule comes from a pack
    applies: bool = True  # False: its document sets targets for other years, so everybody is out

    def answered(self, rows: QuerySet) -> QuerySet:
        """The rows with `answer`: hit, clear, out or unknown. A CASE, because a negated condition would lose nulls."""
        whens = [When(self.out, then=Value(OUT))] if self.out is not None else []
        whens += [When(self.hit, then=Value(HIT)), When(self.clear, then=Value(CLEAR))]
        return rows.annotate(answer=Case(*whens, default=Value(UNKNOWN), output_field=CharField()))

    @property
    def opens_case(self) -> bool:
        return self.effect.split(":")[0] in CASE_EFFECTS


@dataclass(frozen=True)
class Plan:
    kind: str
    judged: Judged
    rules: tuple[RunRule, ...]
    packs: Mapping[str, str]  # code -> checksum
    narrowest: str
    limit_days: Mapping[str, int] = field(default_factory=dict)
    faulty: Mapping[str, str] = field(default_factory=dict)  # rules that cannot be judged: key -> sentence

    @property
    def subjects(self) -> tuple[str, ...]:
        return SUBJECTS[self.kind]

    def rules_of(self, subject: str) -> list[RunRule]:
        return [rule for rule in self.rules if rule.subject == subject]
