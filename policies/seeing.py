"""Which rules a reader may see who lacks groups of fields: a rule tells what its metrics tell, so all their groups."""

from accounts.permissions import ALL_FIELD_GROUPS
from policies.metrics import metrics_of
from policies.models import PolicyPack
from policies.pack import Rule
from policies.selectors import pack_content

NOBODY_KNOWS = "?"  # the group of a metric that is no longer registered: nobody limited has it


def groups_of_rule(rule: Rule) -> frozenset[str]:
    """The groups of fields that a sign of this rule speaks of."""
    metrics = metrics_of(rule.subject)
    groups = {metrics[name].group if name in metrics else NOBODY_KNOWS for name in rule.metrics}
    return frozenset(groups - {""})


def rules_seen(groups: frozenset[str]) -> frozenset[str] | None:
    """The keys of the rules whose every version a reader with these groups may see; None when he may see all.

    Superseded packs count too, since their signs are still read. A rule of no stored pack is seen by nobody limited.
    """
    if groups >= ALL_FIELD_GROUPS:
        return None
    asked: dict[str, frozenset[str]] = {}
    rows = PolicyPack.objects.exclude(state=PolicyPack.State.SUBMITTED).only("pk", "checksum")
    for row in rows:
        for rule in pack_content(row).active_rules:
            asked[rule.key] = asked.get(rule.key, frozenset()) | groups_of_rule(rule)
    return frozenset(key for key, wanted in asked.items() if wanted <= groups)
