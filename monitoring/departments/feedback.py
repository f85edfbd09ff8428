"""The feedback file: the rows a department sent, with what was found about each beside it. Nothing that it did not send."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.actor import Actor, require
from accounts.audit import record
from common.dates import business_today
from common.errors import Conflict, DomainError, Invalid, NotFound, PasswordNeeded
from common.money import to_yuan
from common.text import clean
from exchange.sheet import Text
from exchange.writer import Book, write_book
from monitoring.departments.columns import SINGLE
from monitoring.departments.comparing import LABELS
from monitoring.departments.models import DepartmentBatch, DepartmentDifference, DepartmentRow
from monitoring.departments.subjects import subject_of
from monitoring.departments.tables import CLUE, SAFETY_NET, Listing, listings_in_force

UPLOAD, FULL = "monitoring.upload_department", "exchange.export_full"
HEADS = (("行号", 8), ("姓名", 12), ("身份证号", 24), ("出生日期", 14), ("乡镇村", 26), ("类别", 16), ("金额（元）", 14), ("说明", 24),
         ("比对结果", 20), ("核对结论", 18), ("核对说明", 40), ("核对日期", 14))  # fmt: skip
WORDS = {
    DepartmentDifference.Kind.THEIRS_ONLY: "名单有、帮扶系统无",
    DepartmentDifference.Kind.VALUE: "金额不一致",
    DepartmentDifference.Kind.CLUE: "风险线索",
}


@dataclass(frozen=True)
class Made:
    path: Path
    name: str
    rows: int


def _listing(batch: DepartmentBatch) -> Listing:
    """The list as it stood when the batch was compared; of one that no pack names any more, what the rows say themselves."""
    with suppress(DomainError):
        return listings_in_force(batch.as_of, batch.scope_code).get(batch.listing)
    return Listing(batch.listing, batch.title, batch.department, batch.group, CLUE, "", 0, batch.as_of, ())


def _cells(batch: DepartmentBatch, *, full: bool) -> Iterator[list[Any]]:
    """Every row that was taken, then those that go back because they could not be read."""
    listing = _listing(batch)
    found = {one.subject_key: one for one in batch.differences.filter(row__isnull=False)}
    faults: dict[int, list[str]] = {}
    for number, message in batch.faults.values_list("row", "message"):
        faults.setdefault(number, []).append(message)
    for row in batch.rows.order_by("number").iterator(chunk_size=1000):
        one = found.get(subject_of(row, listing))
        told = _told(row, one, faults.pop(row.number, []), listing)
        amount = to_yuan(row.values.get("amount"))
        mode = "（单人保）" if row.values.get("mode") == SINGLE else ""
        yield [
            str(row.number), row.name, row.id_number() if full else row.masked, row.birth_date.isoformat() if row.birth_date else "",
            row.place, LABELS.get(row.values.get("kind", ""), "") + mode, f"{amount:.2f}" if amount is not None else "",
            row.values.get("note", ""), *told,
        ]  # fmt: skip
    for number, messages in sorted(faults.items()):
        yield [str(number), *[""] * 7, "退回", "", " ".join(messages), ""]


def _told(
    row: DepartmentRow, one: DepartmentDifference | None, faults: list[str], listing: Listing
) -> tuple[str, str, str, str]:
    """What was found, what came of it, why, and when."""
    if one is not None:
        why = " ".join(part for part in (one.reason, *faults) if part)
        day = timezone.localtime(one.worked_at).date().isoformat() if one.worked_at else ""
        return WORDS[DepartmentDifference.Kind(one.kind)], one.get_state_display(), why, day
    if faults:
        return "退回", "", " ".join(faults), ""
    if listing.compare != SAFETY_NET:
        return "未达到提示标准", "", "", ""
    return ("未写金额，只核对了是否在册" if row.values.get("amount") is None else "一致"), "", "", ""


@transaction.atomic
def feedback_write(*, actor: Actor, pk: int, full: bool = False, reason: str = "") -> Made:
    """Make the workbook and write the act down. Refused before the comparison; numbers in full only to who may export in full,
    with a reason and a password just typed. Whoever calls removes the file when it has been given out."""
    batch = DepartmentBatch.objects.within(actor.scope(UPLOAD)).filter(pk=pk).first()
    if batch is None:
        raise NotFound
    if batch.compared_at is None:
        raise Conflict("比对完成后才能生成反馈表。", code="not_compared")
    if full:
        require(actor, FULL, at=batch.scope_code)
        if len(clean(reason)) < 4:
            raise Invalid("导出未脱敏表格须填写用途（不少于 4 个字）。", field="reason", code="reason_needed")
        if not actor.password_fresh:
            raise PasswordNeeded("导出未脱敏表格前请再次输入密码。")
    folder = Path(settings.FILES_DIR) / "making"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    word = "完整" if full else "脱敏"
    path = folder / f"feedback-{batch.pk}-{actor.user_id}-{word}.xlsx"
    cover = [("部门", batch.department), ("名单", batch.title), ("报送期", batch.period_label), ("比对日期", str(batch.as_of)),
             ("个人信息", f"{word}：{'含完整号码，注意保管' if full else '号码已部分隐藏'}"), ("制表人", actor.display)]  # fmt: skip
    columns = [Text(head, head, width=width) for head, width in HEADS]
    rows = write_book(path, Book("反馈", columns, _cells(batch, full=full), cover, 2))
    DepartmentBatch.objects.filter(pk=batch.pk).update(fed_back_on=business_today())
    record(actor, "monitoring.department_feedback", batch, reason=clean(reason)[:200], full=full, rows=rows)
    return Made(path, f"反馈_{batch.department}_{batch.title}_{batch.period}_{word}.xlsx", rows)
