"""One 低保 list of the third quarter, as the civil affairs office would send it, with a few differences. Nothing else has come,
so the monthly list of the medical insurance stands overdue."""

import csv
import io
from collections.abc import Iterator

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.actor import Actor, actor_for
from accounts.models import User
from common.dated import holding_q
from common.money import to_yuan
from households.codes import PovertyStatus, SafetyNetKind
from households.models import Membership, SafetyNet
from monitoring.departments.models import DepartmentBatch
from monitoring.services.department_work import batch_compare_execute, batch_read
from monitoring.services.departments import (
    UploadInput,
    batch_accept,
    batch_compare,
    batch_map,
)
from poverty.demo.plan import BUSINESS_DAY, COUNTY
from poverty.demo.writer import Say

LIST, PERIOD = "safety_net", "2020Q3"
HEADS = ("户主姓名", "身份证号", "乡镇", "村", "救助类别", "保障方式", "月保障金额")
MAPPING = dict(
    zip(("name", "id_number", "township", "village", "kind", "mode", "amount"), HEADS, strict=True)
)
LEFT_OUT, RAISED, ADDED = (
    97,
    113,
    6,
)  # every so many are missing there or paid otherwise; so many are only there


def receive_list(say: Say) -> None:
    """Hand the list in and compare it; what an earlier seeding has done is not done again."""
    if DepartmentBatch.objects.filter(listing=LIST, period=PERIOD, compared_at__isnull=False).exists():
        return
    say("部门数据：低保名单")
    actor = actor_for(User.objects.get(username="officer1"))
    upload = SimpleUploadedFile("低保名单.csv", _content())
    entry = UploadInput(LIST, PERIOD, upload, "2020年三季度低保名单.csv")
    batch, _ = batch_accept(actor=actor, county=COUNTY, entry=entry, today=BUSINESS_DAY)
    if batch.stage == DepartmentBatch.Stage.MAPPING:
        batch_map(actor=actor, pk=batch.pk, mapping=MAPPING, send=False)
    _work(actor, batch.pk)


def _work(actor: Actor, pk: int) -> None:
    """The worker's part, here; a stage that an interrupted seeding has behind it is not claimed again."""
    run = DepartmentBatch.claim(pk)
    if run is not None and run.stage == DepartmentBatch.Stage.READ:
        batch_read(run)
    batch_compare(actor=actor, pk=pk, send=False)
    run = DepartmentBatch.claim(pk)
    if run is not None:
        batch_compare_execute(run)


def _content() -> bytes:
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(HEADS)
    table.writerows(_rows())
    return out.getvalue().encode("gb18030")


def _rows() -> Iterator[list[str]]:
    labels = dict(SafetyNetKind.choices)
    nets = SafetyNet.objects.filter(holding_q(BUSINESS_DAY), household__scope_code__startswith=COUNTY)
    heads = _heads([net.household_id for net in nets])
    for at, net in enumerate(nets.select_related("person").order_by("pk"), 1):
        member = heads.get(net.household_id)
        if at % LEFT_OUT == 0 or member is None:
            continue
        fen = (net.monthly_fen or 0) + (1_500 if at % RAISED == 0 else 0)
        mode = "单人保" if net.person_id else "整户保"
        yield _line(member, net.person or member.person, labels[net.kind], mode, fen)
    yield from _added(labels)


def _heads(households: list[int]) -> dict[int, Membership]:
    rows = Membership.objects.filter(
        holding_q(BUSINESS_DAY), relation="head", household_id__in=households
    )  # fmt: skip
    return {row.household_id: row for row in rows.select_related("person", "household__village__parent")}


def _added(labels: dict[str, str]) -> Iterator[list[str]]:
    """Households on their list that have no safety net with us."""
    homes = Membership.objects.filter(
        holding_q(BUSINESS_DAY), relation="head", household__poverty_status=PovertyStatus.EXITED_WITH_POLICY,
        household__safety_nets__isnull=True, household__scope_code__startswith=COUNTY,
    )  # fmt: skip
    for member in homes.select_related("person", "household__village__parent").order_by("pk")[:ADDED]:
        yield _line(member, member.person, labels[SafetyNetKind.RURAL_ALLOWANCE.value], "整户保", 26_000)


def _line(member: Membership, person: object, kind: str, mode: str, fen: int) -> list[str]:
    village = member.household.village
    number = person.number("id_number")  # type: ignore[attr-defined]
    township = village.parent.name if village.parent else ""
    return [person.name, f'="{number}"', township, village.name, kind, mode, f"{to_yuan(fen)}"]  # type: ignore[attr-defined]
