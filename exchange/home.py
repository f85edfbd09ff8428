"""What of mine waits here: previewed imports that nobody has committed, and files made in the last days."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from accounts.actor import Actor
from accounts.home import HomeItem
from exchange.models import ExportFile, ImportBatch
from exchange.registry import sheet_get
from exchange.selectors import batch_list, export_list

SHOWN_FOR = timedelta(days=3)


def waiting_here(actor: Actor, today: date) -> list[HomeItem]:
    """For the home page."""
    since = timezone.now() - SHOWN_FOR
    found = []
    ready = batch_list(actor=actor).filter(
        stage=ImportBatch.Stage.PREVIEW, state=ImportBatch.State.DONE, finished_at__gte=since
    )
    for batch in ready[:5]:
        why = f"新增 {batch.new}、变更 {batch.changed}、退回 {batch.refused} 行，核对后提交"
        url = reverse("exchange:import-detail", args=[batch.pk])
        found.append(HomeItem("导入", f"“{batch.file.name}”待提交", "", why, None, url, "核对"))
    for export in export_list(actor=actor).filter(state=ExportFile.State.DONE, finished_at__gte=since)[:3]:
        title = f"{sheet_get(export.layout).title}已生成"
        url = reverse("exchange:export-list")
        found.append(HomeItem("导出", title, "", f"{export.rows or 0} 行，可下载", None, url, "下载"))
    return found
