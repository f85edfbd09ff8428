"""Every rule of every document with its state: for the command `rules` and whoever asks what is not judged."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from policies.pack import Entry, Pack, Rule

RUNS = "runs"


@dataclass(frozen=True)
class Account:
    """One rule of the catalogue, or of a county's own pack, as the command prints it."""

    pack: str
    code: str
    clause: str
    kind: str
    subject: str
    title: str
    state: str
    metrics: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    waits_for: str = ""
    reason: str = ""
    needs: str = ""

    @property
    def body(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def _metrics(rules: tuple[Rule, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for rule in rules for name in rule.metrics))


def _of_entry(pack: Pack, entry: Entry) -> Account:
    rules = pack.rules_for(entry.id)
    return Account(
        pack=pack.code, code=entry.id, clause=entry.clause, kind=entry.kind, subject=entry.subject,
        title=entry.title, state=RUNS if entry.is_active else entry.state, metrics=_metrics(rules),
        rules=tuple(rule.key for rule in rules), waits_for=entry.waits_for, reason=entry.why, needs=entry.needs,
    )  # fmt: skip


def _of_rule(pack: Pack, rule: Rule) -> Account:
    return Account(
        pack=pack.code, code=rule.key, clause=rule.clause, kind=rule.kind, subject=rule.subject, title=rule.title,
        state=RUNS if rule.is_active else rule.status, metrics=_metrics((rule,)), rules=(rule.key,), reason=rule.note,
    )  # fmt: skip


def accounts_of(pack: Pack) -> list[Account]:
    """All rules of the pack's document in its order; a pack without a catalogue accounts for its own rules."""
    if pack.catalogue:
        return [_of_entry(pack, entry) for entry in pack.catalogue]
    return [_of_rule(pack, rule) for rule in pack.rules]


def counts_of(accounts: list[Account]) -> dict[str, int]:
    """How many are in each state."""
    found = Counter(account.state for account in accounts)
    return {state: found[state] for state in (RUNS, "planned", "not_computable")}
