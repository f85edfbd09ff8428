"""What follows the rows: documents published by two people, the quarter screened, the money checked, figures taken."""

from accounts.actor import Actor, actor_for
from accounts.models import User
from common.dates import Quarter
from common.errors import Conflict
from monitoring.models import QualityRun, ScreeningRun
from monitoring.services.inline import run_here
from monitoring.services.quality import quality_here
from policies.models import PolicyPack
from policies.services import pack_submit_and_publish
from poverty.demo.plan import BUSINESS_DAY, COUNTY
from poverty.demo.writer import Say
from reporting.models import ReportRun
from reporting.services import figures_refresh, figures_refresh_request

PACKS = ("county-default", "data-quality", "yuzhou-2020", "xuchang-2023")


def publish_packs(say: Say) -> list[str]:
    """The county's default rules, its own document and the later one of its city; those published already stay."""
    submitter, approver = (actor_for(User.objects.get(username=name)) for name in ("officer1", "leader"))
    standing = set(PolicyPack.objects.filter(state=PolicyPack.State.PUBLISHED).values_list("code", flat=True))
    missing = [code for code in PACKS if code not in standing]
    for code in missing:
        pack_submit_and_publish(submitter=submitter, approver=approver, code=code)
        say(f"发布政策包 {code}")
    return missing


def judge_county(actor: Actor, say: Say) -> None:
    """Screen the third quarter, check the money and the data as of the business day, then take the figures of that day.

    What an earlier, interrupted seeding has done already is not done again.
    """
    if not _done(ScreeningRun.Kind.HOUSEHOLDS):
        say("筛查 2020Q3")
        quarter = Quarter(2020, 3)
        _run(actor, ScreeningRun.Kind.HOUSEHOLDS, say, quarter)
    if not _done(ScreeningRun.Kind.FUNDS):
        say("资金核查")
        _run(actor, ScreeningRun.Kind.FUNDS, say)
    if not QualityRun.objects.filter(state=QualityRun.State.DONE).exists():
        say("疑点数据核查")
        quality_here(actor=actor, division=COUNTY, say=lambda text: None, as_of=BUSINESS_DAY)
    if not ReportRun.objects.filter(state=ReportRun.State.DONE).exists():
        say("统计数据")
        take_figures(actor)


def _done(kind: str) -> bool:
    return ScreeningRun.objects.filter(kind=kind, state=ScreeningRun.State.DONE).exists()


def _run(actor: Actor, kind: str, say: Say, quarter: Quarter | None = None) -> None:
    run = run_here(
        actor=actor, kind=kind, division=COUNTY, as_of=BUSINESS_DAY, quarter=quarter, say=lambda text: None
    )
    if run.state != ScreeningRun.State.DONE:
        raise Conflict(f"演示数据的{run.get_kind_display()}没有完成：{run.error}", code="run_failed")


def take_figures(actor: Actor) -> None:
    """The snapshots the dashboard reads, made here so that the first page is filled before a worker runs."""
    run = figures_refresh_request(actor=actor, scope_code=COUNTY, as_of=BUSINESS_DAY)
    mine = ReportRun.claim(run.pk)
    if mine is not None:
        mine.close(result={"values": figures_refresh(run=mine)})
