"""Reading packs. They are public to everybody who is logged in: a policy document is no secret of one area."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from accounts.actor import Actor, require
from common.errors import NotFound
from policies.differences import Difference, differences
from policies.models import PolicyPack
from policies.pack import Pack, PackError, Param, Rule, load_folder, pack_of_content
from policies.packset import PackSet, ordered

PACKS = Path(__file__).resolve().parent / "packs"


def packs_folder() -> Path:
    """Where the pack folders lie; a test may point elsewhere."""
    return Path(getattr(settings, "POLICY_PACKS", PACKS))


def folder_codes() -> list[str]:
    """The codes of all pack folders."""
    return sorted(path.parent.name for path in packs_folder().glob("*/document.toml"))


@lru_cache(maxsize=64)
def _parsed(pk: int, checksum: str) -> Pack:
    return pack_of_content(PolicyPack.objects.values_list("content", flat=True).get(pk=pk, checksum=checksum))


def pack_content(row: PolicyPack) -> Pack:
    """The typed pack of a row; parsed once per process, since a row's content never changes."""
    return _parsed(row.pk, row.checksum)


def pack_list(*, actor: Actor) -> QuerySet[PolicyPack]:
    """Every pack, waiting ones first, then the newest."""
    require(actor, "policies.view")
    return pack_rows()


def pack_rows() -> QuerySet[PolicyPack]:
    """As pack_list, for a caller with no reader: the schema of the API."""
    return (
        PolicyPack.objects.defer("content")
        .select_related("submitted_by", "approved_by")
        .annotate(rule_count=Count("rules"))
        .order_by("code", "-effective_from", "-pk")
    )


def pack_get(*, actor: Actor, pk: int) -> PolicyPack:
    require(actor, "policies.view")
    row = PolicyPack.objects.select_related("submitted_by", "approved_by").filter(pk=pk).first()
    if row is None:
        raise NotFound("没有找到这个政策包。")
    return row


def pack_published(code: str) -> PolicyPack | None:
    return PolicyPack.objects.filter(code=code, state=PolicyPack.State.PUBLISHED).first()


def pack_differences(row: PolicyPack) -> list[Difference]:
    """What this row changes against the published pack of the same code."""
    before = pack_published(row.code)
    if before is None or before.pk == row.pk:
        return []
    return differences(pack_content(before), pack_content(row))


def packs_in_force(day: date, division_code: str) -> PackSet:
    """All packs that hold on the day for the division: its own, those of every area around it, those of no place."""
    places = [division_code[:length] for length in (2, 4, 6, 9, 12) if len(division_code) >= length]
    rows = PolicyPack.objects.filter(
        Q(effective_to__isnull=True) | Q(effective_to__gt=day),
        state__in=(PolicyPack.State.PUBLISHED, PolicyPack.State.SUPERSEDED),
        effective_from__lte=day,
        place__in=["", *places],
    )
    return _pack_set(tuple(sorted(rows.values_list("pk", "checksum"))), day)


def packs_holding(day: date) -> list[Pack]:
    """Every pack that holds on the day, wherever it is in force."""
    rows = PolicyPack.objects.filter(
        Q(effective_to__isnull=True) | Q(effective_to__gt=day),
        state__in=(PolicyPack.State.PUBLISHED, PolicyPack.State.SUPERSEDED),
        effective_from__lte=day,
    )
    return [_parsed(pk, checksum) for pk, checksum in rows.values_list("pk", "checksum")]


def packs_of_checksums(checksums: Iterable[str], day: date) -> PackSet:
    """The very packs a run was judged by, whatever is in force now."""
    rows = PolicyPack.objects.filter(checksum__in=set(checksums)).exclude(state=PolicyPack.State.SUBMITTED)
    return _pack_set(tuple(sorted(rows.values_list("pk", "checksum"))), day)


@lru_cache(maxsize=64)
def _pack_set(ids: tuple[tuple[int, str], ...], day: date) -> PackSet:
    return PackSet(ordered(_parsed(pk, checksum) for pk, checksum in ids), day)


@dataclass(frozen=True)
class RuleInPack:
    """A rule with the pack it stands in and that pack's own parameters."""

    pack: Pack
    rule: Rule
    params: dict[str, Param]


@lru_cache(maxsize=1024)
def _rule_in_pack(checksum: str, key: str) -> RuleInPack | None:
    row = PolicyPack.objects.filter(checksum=checksum).order_by("pk").values_list("pk", flat=True).first()
    pack = _parsed(row, checksum) if row is not None else None
    rule = pack.rule(key) if pack else None
    return RuleInPack(pack, rule, dict(pack.params)) if pack and rule else None


def rule_for(pack_checksum: str, rule_key: str) -> RuleInPack:
    """The rule as it stood in the pack a sign was judged by, read from the stored content."""
    found = _rule_in_pack(pack_checksum, rule_key)
    if found is None:
        raise NotFound(f"没有找到规则 {rule_key} 的原文。", rule=rule_key)
    return found


@dataclass(frozen=True)
class FolderState:
    """A pack folder beside what is stored of it."""

    code: str
    title: str
    state: str  # "", "faulty", "submitted", "published" or "superseded" (for this very content)
    sentence: str = ""


def _folder_state(code: str) -> FolderState:
    try:
        pack = load_folder(packs_folder() / code)
    except PackError as error:
        return FolderState(code, code, "faulty", error.sentence)
    row = PolicyPack.objects.filter(code=code, checksum=pack.checksum).only("state").first()
    return FolderState(code, pack.title, row.state if row else "")


def folder_states(*, actor: Actor) -> list[FolderState]:
    """Every pack folder of the installation, for the person who submits."""
    require(actor, "policies.submit_pack")
    return [_folder_state(code) for code in folder_codes()]
