"""The projects of 2020: 269 village projects of the collective economy and what else the money serves, with their stages."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from poverty.demo.placing import VillagePlan
from poverty.demo.plan import BUSINESS_DAY, day_between
from poverty.demo.sizes import exact_parts

WAN = 10_000 * 100  # 万元 in 分
TOTAL_WAN, COLLECTIVE_EACH_WAN = 12744, 30
OTHER_INDUSTRY_FEN = (
    1360_5600 * 100
)  # with the 8,070 of the collective projects 74 % of the whole, 70 are asked
# kind, how many, share of what industry leaves, whether works, what it is
OTHERS = (
    ("infrastructure", 46, 0.58, True, ("通村组道路硬化", "田间生产路建设", "排水沟渠治理", "村组道路维修")),
    ("guarantee", 29, 0.17, True, ("饮水安全工程维修养护", "饮水管网延伸")),
    ("guarantee", 6, 0.08, True, ("农村危房改造补助",)),
    ("employment", 9, 0.1, False, ("扶贫就业基地务工补贴", "贫困劳动力技能培训")),
    ("governance", 4, 0.045, True, ("人居环境整治",)),
    ("management_fee", 1, 0.025, False, ("项目管理费",)),
)
INDUSTRY = (
    "烟叶种植基地",
    "中药材种植基地",
    "香菇大棚",
    "肉兔养殖场",
    "红薯粉条加工车间",
    "扶贫车间",
    "金银花烘干加工",
    "果树进村",
)
LAGGING = (
    "411081102",
    "411081109",
    "411081116",
    "411081118",
    "411081204",
)  # five townships whose money lies still


@dataclass(slots=True)
class ProjectDraft:
    village: VillagePlan
    kind: str
    name: str
    planned_fen: int
    works: bool
    pk: int = 0
    code: str = ""
    failed_on: date | None = None
    stages: dict[str, tuple[date, date | None]] = field(default_factory=dict)  # planned, done

    @property
    def started_on(self) -> date | None:
        return self.stages["start"][1]

    @property
    def lags(self) -> bool:
        return self.village.township in LAGGING


def plan_projects(rng: Random, funded: list[VillagePlan], villages: list[VillagePlan]) -> list[ProjectDraft]:
    found = [
        ProjectDraft(
            v,
            "collective",
            f"{v.township_name}{v.name}村级集体经济项目",
            COLLECTIVE_EACH_WAN * WAN,
            works=False,
        )
        for v in sorted(funded, key=lambda one: one.code)
    ]
    found += _industry(rng, villages)
    left = TOTAL_WAN * WAN - sum(project.planned_fen for project in found)
    amounts = exact_parts(left // 10000, [share for _, _, share, _, _ in OTHERS])
    for (kind, number, _, works, titles), amount in zip(OTHERS, amounts, strict=True):
        parts = exact_parts(amount, [rng.uniform(0.6, 1.6) for _ in range(number)])
        for part, village in zip(parts, rng.sample(villages, number), strict=True):
            title = rng.choice(titles)
            name = (
                f"2020年{title}"
                if kind == "management_fee"
                else f"{village.township_name}{village.name}{title}项目"
            )
            found.append(ProjectDraft(village, kind, name, part * 10000, works))
    failing = iter((date(2020, 5, 18), date(2020, 7, 22)))
    for project in found:
        give_stages(rng, project)
        # Two ventures fail in this year: their households lose what was promised.
        if project.kind == "industry" and project.started_on and not project.lags and rng.random() < 0.4:
            project.failed_on = next(failing, None)
    return found


def _industry(rng: Random, villages: list[VillagePlan]) -> Iterator[ProjectDraft]:
    poor = [village for village in villages if village.poor]
    parts = exact_parts(OTHER_INDUSTRY_FEN // 10000, [rng.uniform(0.5, 1.8) for _ in range(26)])
    for part, village in zip(parts, rng.sample(poor, len(parts)), strict=True):
        title = rng.choice(INDUSTRY)
        yield ProjectDraft(
            village,
            "industry",
            f"{village.township_name}{village.name}{title}项目",
            part * 10000,
            works=title != "果树进村",
        )


def give_stages(rng: Random, project: ProjectDraft) -> None:
    """Bidding in January, start in March, works complete by the end of June as the document asks, mostly."""
    late = 0.3 if project.lags else 0.06
    bid: date | None = _done(
        rng, (date(2020, 1, 6), date(2020, 1, 21)), (date(2020, 2, 3), date(2020, 3, 20)), late
    )
    start: date | None = _done(
        rng, (date(2020, 3, 9), date(2020, 3, 30)), (date(2020, 4, 2), date(2020, 5, 15)), late
    )
    if project.lags and rng.random() < 0.04:
        bid, start = (None if rng.random() < 0.5 else bid), None
    project.stages = {"bidding": (date(2020, 1, 20), bid), "start": (date(2020, 3, 20), start)}
    if project.works:
        done: date | None = _done(
            rng, (date(2020, 5, 20), date(2020, 6, 29)), (date(2020, 7, 3), date(2020, 9, 15)), late * 1.4
        )
        if start is None or rng.random() < late / 3:
            done = None
        project.stages["completion"] = (date(2020, 6, 25), done)
    ready = project.stages.get("completion", (None, start))[1]
    accepted = ready + timedelta(days=rng.randrange(15, 60)) if ready else None
    if accepted and accepted < date(2020, 6, 1):
        accepted = day_between(rng, date(2020, 6, 8), date(2020, 8, 20))
    if accepted and (accepted > BUSINESS_DAY or rng.random() < 0.12):
        accepted = None
    project.stages["acceptance"] = (date(2020, 8, 31), accepted)


def _done(rng: Random, usual: tuple[date, date], late: tuple[date, date], share: float) -> date:
    return day_between(rng, *(late if rng.random() < share else usual))
