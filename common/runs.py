"""Long work as a row: the database row is the truth, not the broker.

A run is claimed with a token; every write of the work and its closing carry that token, so a worker that was thought
dead and comes back changes nothing. A heartbeat shows life; after SILENCE another worker may take over.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from common.errors import Conflict, DomainError

BEAT_SECONDS = 10
SILENCE = timedelta(seconds=settings.RUN_SILENCE_SECONDS)


class LostRun(Conflict):
    """Another worker holds this run now: stop without a trace."""

    code = "lost_run"


class Run(models.Model):
    class State(models.TextChoices):
        QUEUED = "queued", "排队中"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        REFUSED = "refused", "未受理"
        FAILED = "failed", "失败"

    key = models.CharField("内容", max_length=250)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.QUEUED)
    token = models.UUIDField(null=True, editable=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="发起人",
    )
    queued_at = models.DateTimeField("提交时间", default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    heartbeat_at = models.DateTimeField("心跳", null=True, blank=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    done_count = models.PositiveIntegerField("已处理", default=0)
    total_count = models.PositiveIntegerField("总数", null=True, blank=True)
    error = models.TextField("说明", blank=True)
    result = models.JSONField("结果", default=dict, blank=True)

    class Meta:
        abstract = True

    OPEN = (State.QUEUED, State.RUNNING)

    @classmethod
    def waiting(cls) -> Q:
        """Runs that a worker may take: queued, or silent for too long."""
        return Q(state=cls.State.QUEUED) | Q(
            state=cls.State.RUNNING, heartbeat_at__lt=timezone.now() - SILENCE
        )

    @classmethod
    def sendable(cls) -> Q:
        """Runs that a sweeper may send by itself; those of a larger piece of work may have to wait for their turn."""
        return Q()

    @classmethod
    def unattended(cls, before: datetime) -> Q:
        """Runs that have been waiting for a worker since then."""
        return cls.waiting() & Q(queued_at__lt=before)

    @classmethod
    def claim(cls, pk: int) -> Self | None:
        """Take the run, or return None when it is finished or in another worker's living hands."""
        now, token = timezone.now(), uuid.uuid4()
        won = cls._default_manager.filter(cls.waiting(), pk=pk).update(
            state=cls.State.RUNNING, token=token, started_at=now, heartbeat_at=now
        )
        return cls._default_manager.filter(pk=pk, token=token).first() if won else None

    def _mine(self) -> models.QuerySet:
        return type(self)._default_manager.filter(pk=self.pk, token=self.token, state=self.State.RUNNING)

    def beat(self, *, done: int | None = None, total: int | None = None) -> None:
        """Show life and progress; raises LostRun when another worker took over."""
        values: dict[str, object] = {"heartbeat_at": timezone.now()}
        if done is not None:
            values["done_count"] = done
        if total is not None:
            values["total_count"] = total
        if not self._mine().update(**values):
            raise LostRun("这次运行已由另一个进程接手。")

    def close(self, *, result: dict | None = None, error: str = "", refused: bool = False) -> bool:
        """End the run under my token. False when it was not mine any more."""
        state = self.State.REFUSED if refused else self.State.FAILED if error else self.State.DONE
        values: dict[str, object] = {"state": state, "finished_at": timezone.now(), "error": error[:2000]}
        if result is not None:
            values["result"] = result
        return bool(self._mine().update(**values))

    def back_to_queue(self) -> None:
        """It has to wait for another run: the sweeper sends it again."""
        self._mine().update(state=self.State.QUEUED, token=None, sent_at=timezone.now())

    @contextmanager
    def guarded(self, *waits: type[Exception]) -> Iterator[None]:
        """Around the work of a claimed run; the work itself closes it when it is done.

        A refusal ends the run as refused, a bug as failed; both are raised. One of `waits` sends it back to the queue; a run
        that another worker took over is left alone.
        """
        try:
            yield
        except waits:
            self.back_to_queue()
            raise
        except LostRun:
            raise
        except DomainError as refusal:
            self.close(error=refusal.sentence, refused=True)
            raise
        except Exception as bug:
            self.close(error=f"{type(bug).__name__}：系统错误，已记录，请联系管理员。")
            raise

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_silent(self) -> bool:
        return (
            self.state == self.State.RUNNING
            and self.heartbeat_at is not None
            and self.heartbeat_at < timezone.now() - SILENCE
        )
