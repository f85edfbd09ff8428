"""Submitting and publishing packs: two people, one act each. A published pack never changes; a new one supersedes it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.actor import Actor, require
from common.errors import Conflict, NotFound
from policies.differences import Difference
from policies.models import PackRule, PolicyPack
from policies.pack import Pack, Rule, load_folder
from policies.selectors import (
    RuleInPack,
    folder_codes,
    pack_content,
    pack_differences,
    packs_folder,
    packs_in_force,
    packs_of_checksums,
    rule_for,
)

__all__ = [
    "Publication", "RuleInPack", "pack_publish", "pack_submit", "pack_submit_and_publish", "pack_withdraw", "packs_in_force", "packs_of_checksums",
    "rule_for",
]  # fmt: skip

State = PolicyPack.State
STANDING = {
    State.SUBMITTED: "相同内容已提交，正等待批准。",
    State.PUBLISHED: "相同内容已经发布。",
    State.SUPERSEDED: "相同内容曾经发布，现已被替代；如需恢复，请修改生效日期后再提交。",
}


@dataclass(frozen=True)
class Publication:
    """What a publication did."""

    pack: PolicyPack
    superseded: tuple[PolicyPack, ...]
    differences: tuple[Difference, ...]


def _row_of(pack: Pack) -> PolicyPack:
    return PolicyPack(
        code=pack.code,
        checksum=pack.checksum,
        title=pack.title,
        issuer=pack.issuer,
        doc_number=pack.doc_number,
        place=pack.place,
        issued_on=pack.issued_on,
        effective_from=pack.effective_from,
        is_document=pack.is_document,
        content=dict(pack.content),
    )


@transaction.atomic
def pack_submit(*, actor: Actor, code: str) -> PolicyPack:
    """Submit the folder of this code as it stands. A submission of the same code that still waits is withdrawn."""
    require(actor, "policies.submit_pack")
    if code not in folder_codes():
        raise NotFound(f"没有政策包 {code}。", pack=code)
    pack = load_folder(packs_folder() / code)
    same = PolicyPack.objects.filter(code=pack.code, checksum=pack.checksum).first()
    if same is not None:
        raise Conflict(STANDING[State(same.state)], code="pack_unchanged", pack=code)
    for waiting in PolicyPack.objects.select_for_update().filter(code=pack.code, state=State.SUBMITTED):
        _withdraw(actor, waiting)
    row = _row_of(pack)
    row.submitted_by_id, row.submitted_at = actor.user_id, timezone.now()
    row.save(force_insert=True)
    audit.record(actor, "policies.pack_submitted", row, code=row.code, checksum=row.checksum)
    return row


def _withdraw(actor: Actor, row: PolicyPack) -> None:
    audit.record(actor, "policies.pack_withdrawn", row, code=row.code, checksum=row.checksum)
    row.delete()


@transaction.atomic
def pack_withdraw(*, actor: Actor, pk: int) -> None:
    """Take back a submission nobody has approved yet."""
    require(actor, "policies.submit_pack")
    _withdraw(actor, _waiting(pk))


def _waiting(pk: int) -> PolicyPack:
    row = PolicyPack.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise NotFound("没有找到这个政策包，它可能已被撤回。")
    if row.state != State.SUBMITTED:
        raise Conflict("这个政策包已经发布，不能再次处理。", code="pack_not_waiting")
    return row


@transaction.atomic
def pack_publish(*, actor: Actor, pk: int) -> Publication:
    """Approve and publish what somebody else submitted; the older pack of the code ends where this one begins."""
    require(actor, "policies.approve_pack")
    row = _waiting(pk)
    if row.submitted_by_id == actor.user_id:
        raise Conflict("提交人与批准人不能是同一人。", code="same_person")
    pack = pack_content(row)
    _refuse_taken_keys(pack)
    changed = tuple(pack_differences(row))
    older = _supersede(row)
    row.state, row.approved_by_id, row.published_at = State.PUBLISHED, actor.user_id, timezone.now()
    row.save(update_fields=["state", "approved_by", "published_at"])
    PackRule.objects.bulk_create([_rule_row(row, rule) for rule in pack.rules])
    audit.record(
        actor,
        "policies.pack_published",
        row,
        code=row.code,
        checksum=row.checksum,
        superseded=[old.checksum for old in older],
        changes=len(changed),
    )
    return Publication(row, older, changed)


def _refuse_taken_keys(pack: Pack) -> None:
    """A rule key names one rule: two packs in force may not share it, or a sign would not know its rule."""
    taken = PackRule.objects.filter(
        pack__state=State.PUBLISHED, key__in=[rule.key for rule in pack.rules]
    ).exclude(pack__code=pack.code)
    double = sorted({f"{key}（{code}）" for key, code in taken.values_list("key", "pack__code")})
    if double:
        raise Conflict(f"规则编号已被其他政策包使用：{'、'.join(double)}。", code="rule_key_taken")


def _supersede(row: PolicyPack) -> tuple[PolicyPack, ...]:
    """End every earlier pack of the code on the day this one begins; one that began later never held."""
    changed = []
    before = PolicyPack.objects.select_for_update().filter(code=row.code).exclude(pk=row.pk)
    for old in before.exclude(state=State.SUBMITTED):
        end = max(row.effective_from, old.effective_from)
        if old.state == State.PUBLISHED or old.effective_to is None or old.effective_to > end:
            old.state, old.effective_to = State.SUPERSEDED, _earlier(old.effective_to, end)
            old.save(update_fields=["state", "effective_to"])
            changed.append(old)
    return tuple(changed)


def _earlier(day: date | None, other: date) -> date:
    return other if day is None else min(day, other)


def _rule_row(row: PolicyPack, rule: Rule) -> PackRule:
    body = json.dumps(rule.body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return PackRule(
        pack=row,
        key=rule.key,
        catalogue=rule.catalogue,
        kind=rule.kind,
        subject=rule.subject,
        shape=rule.shape,
        effect=rule.effect,
        topic=rule.topic,
        title=rule.title,
        basis=rule.basis,
        clause=rule.clause,
        checksum=hashlib.sha256(body.encode()).hexdigest(),
        body=dict(rule.body),
    )


@transaction.atomic
def pack_submit_and_publish(*, submitter: Actor, approver: Actor, code: str) -> Publication:
    """Both acts at once, for the command: when the second is refused the first leaves no trace."""
    if submitter.user_id == approver.user_id:
        raise Conflict("提交人与批准人不能是同一人。", code="same_person")
    row = pack_submit(actor=submitter, code=code)
    return pack_publish(actor=approver, pk=row.pk)
