"""What a policy pack says, typed. Built by reading.py from the canonical content of a folder or of a stored row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from policies.pack.checklists import Checklist
from policies.pack.param import BASES_ZH, Param
from policies.pack.plan import PlanLine
from policies.pack.read_catalogue import Entry


@dataclass(frozen=True)
class Leaf:
    """One comparison. `left` is a product of metrics; of a share it is the part and `whole` the whole."""

    op: str
    left: tuple[str, ...]
    whole: str = ""
    param: str = ""
    other: str = ""
    times: tuple[str, ...] = ()
    percent: str = ""
    less_percent: str = ""
    as_of: bool = False
    shift: str = ""  # "", "ago" or "ahead"

    @property
    def metrics(self) -> tuple[str, ...]:
        named = (*self.left, self.whole, self.other, *self.times)
        return tuple(name for name in named if name)

    @property
    def params(self) -> tuple[str, ...]:
        return tuple(key for key in (self.param, self.percent, self.less_percent) if key)


@dataclass(frozen=True)
class Many:
    """all or any of its parts."""

    how: Literal["all", "any"]
    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Not:
    part: "Node"


Node = Leaf | Many | Not


def leaves(node: Node) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield node
    elif isinstance(node, Not):
        yield from leaves(node.part)
    else:
        for part in node.parts:
            yield from leaves(part)


@dataclass(frozen=True)
class Rule:
    key: str
    title: str
    kind: str
    basis: str
    clause: str = ""
    catalogue: str = ""
    status: str = "active"
    subject: str = ""
    raise_to: str = ""
    topic: str = ""
    scope: Node | None = None
    when: Node | None = None
    due: str = ""
    unknown: str = "count"
    effect: str = ""
    time_driven: bool = False
    evidence: tuple[str, ...] = ()
    band: Mapping[str, int] = field(default_factory=dict)
    say: str = ""
    department: str = ""
    note: str = ""
    replaces: tuple[str, ...] = ()
    pack: str = ""
    body: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def is_active(self) -> bool:
        return self.status == "active"

    @property
    def effect_name(self) -> str:
        """The effect without its argument: "propose_class"."""
        return self.effect.partition(":")[0]

    @property
    def proposed_class(self) -> str:
        return self.effect.partition(":")[2]

    @property
    def basis_zh(self) -> str:
        return BASES_ZH[self.basis]

    @property
    def nodes(self) -> tuple[Node, ...]:
        return tuple(node for node in (self.scope, self.when) if node is not None)

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        return tuple(leaf for node in self.nodes for leaf in leaves(node))

    @property
    def params(self) -> tuple[str, ...]:
        """Every parameter the rule reads, in order of first mention, its due date included."""
        named = [key for leaf in self.leaves for key in leaf.params]
        return tuple(dict.fromkeys([*named, *([self.due] if self.due else [])]))

    @property
    def metrics(self) -> tuple[str, ...]:
        """Every metric the rule reads or shows."""
        return tuple(
            dict.fromkeys([*(name for leaf in self.leaves for name in leaf.metrics), *self.evidence])
        )

    @property
    def shape(self) -> str:
        """share when a share is compared, else compare; planned rules are not shaped yet."""
        if not self.leaves:
            return ""
        return "share" if any(leaf.whole for leaf in self.leaves) else "compare"


@dataclass(frozen=True)
class SourceIssue:
    """A contradiction inside the document: shown, never settled silently."""

    clause: str
    text: str
    handling: str = ""


@dataclass(frozen=True)
class Pack:
    code: str
    title: str
    effective_from: date
    issuer: str = ""
    doc_number: str = ""
    place: str = ""
    issued_on: date | None = None
    period_start: date | None = None
    period_end: date | None = None
    is_document: bool = True
    note: str = ""
    assumptions: tuple[str, ...] = ()
    source_issues: tuple[SourceIssue, ...] = ()
    params: Mapping[str, Param] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    plan: tuple[PlanLine, ...] = ()
    checklists: tuple[Checklist, ...] = ()
    catalogue: tuple[Entry, ...] = ()  # every rule of the document with its state
    extra: Mapping[str, Any] = field(default_factory=dict)  # the files nobody reads yet, by name
    content: Mapping[str, Any] = field(default_factory=dict, compare=False)
    checksum: str = ""

    @property
    def active_rules(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.is_active)

    def rules_for(self, number: str) -> tuple[Rule, ...]:
        """The active rules that stand for one number of the catalogue."""
        return tuple(rule for rule in self.active_rules if rule.catalogue == number)

    def rule(self, key: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.key == key), None)

    def checklist(self, subject: str) -> Checklist | None:
        """The exit standard of this pack for a household or village; None where it names none."""
        return next((one for one in self.checklists if one.subject == subject), None)
