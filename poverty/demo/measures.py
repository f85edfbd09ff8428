"""Aid measures of each household: what its class and its people call for."""

from collections.abc import Iterator, Sequence
from datetime import date
from random import Random
from uuid import UUID

from poverty.demo.drafts import HouseholdDraft, PersonDraft
from poverty.demo.families import age_of
from poverty.demo.plan import day_between, moment

COLUMNS = (
    "id", "uuid", "household_id", "person_id", "category", "item", "started_on", "ended_on", "amount_fen", "provider",
    "document", "state", "effect", "recorded_at", "version",
)  # fmt: skip
# category, item, usual amount in yuan (None: not money), who does it
INCOME_CHOICES = (
    ("industry", "入股分红", (300, 1000), "村集体经济合作社"),
    ("industry", "产业奖补", (500, 3000), "市农业农村局"),
    ("industry", "致富带头人/合作社/龙头企业带动", (800, 3000), "带贫企业"),
    ("industry", "种苗、化肥等物资", (200, 900), "镇扶贫办"),
    ("employment", "技能培训", None, "市人社局"),
    ("employment", "外出务工补贴", (200, 600), "市人社局"),
    ("employment", "劳务输出", None, "市人社局"),
    ("finance", "小额信贷", (10000, 50000), "市农村信用合作联社"),
    ("public_post", "保洁", (3600, 7200), "村委会"),
    ("public_post", "护路", (3600, 7200), "村委会"),
    ("public_post", "护林", (4800, 8000), "市林业中心"),
)
Income = tuple[str, str, tuple[int, int] | None, str]
_OUTCOMES = ("", "", "收入增加", "按期兑现", "本人满意", "已稳定就业")


_OLDEST = {"技能培训": 59, "外出务工补贴": 69, "劳务输出": 59, "保洁": 69, "护路": 69, "护林": 69}


def _suits(person: PersonDraft, item: str) -> bool:
    """May this person have this measure: of an age for it, at work where it pays for going to work?"""
    return age_of(person) <= _OLDEST[item] and (
        item != "外出务工补贴" or person.works and person.turn is None
    )


def _suited(home: HouseholdDraft, drawn: Sequence[Income]) -> list[Income]:
    """What was drawn, with a measure of industry in the place of one that suits nobody here, or a post that pays no wage."""
    spare = [one for one in INCOME_CHOICES if one[0] == "industry" and one not in drawn]
    paid = any(person.works for person in home.people)
    found = []
    for one in drawn:
        suits = one[1] not in _OLDEST or any(_suits(person, one[1]) for person in home.able())
        found.append(one if suits and (one[0] != "public_post" or paid) else spare.pop(0))
    return found


class MeasureMaker:
    def __init__(self, rng: Random, next_id) -> None:
        self.rng = rng
        self.next_id = next_id

    def rows(self, home: HouseholdDraft) -> list[tuple[object, ...]]:
        return list(self._rows(home))

    def _rows(self, home: HouseholdDraft) -> Iterator[tuple[object, ...]]:
        for category, item, yuan, provider in self._incomes(home):
            yield self._row(home, category, item, yuan, provider, self._worker(home, category, item))
        if home.allowance_on and "allowance_unmeasured" not in home.marks:
            item = "低保" if home.allowance_kind == "rural_allowance" else "特困供养"
            yield self._row(
                home, "social_security", item, (1800, 6000), "市民政局", None, since=home.allowance_on
            )
        elif "allowance_unregistered" in home.marks:
            yield self._row(
                home, "social_security", "低保", (1800, 6000), "市民政局", None, since=date(2019, 7, 1)
            )
        if home.group.name == "without":
            return
        yield from self._by_need(home)

    def _incomes(self, home: HouseholdDraft) -> list[Income]:
        """Households with labour get two measures of income or more, except those the story leaves with one."""
        rng, name = self.rng, home.group.name
        if not home.able():
            number = int(rng.random() < 0.3)
        elif "few_measures" in home.marks:
            number = rng.randrange(0, 2)
        elif name == "border":
            number = rng.choice((2, 2, 2, 3))
        elif name == "without":
            number = 2
        else:
            number = rng.choice((2, 2, 3))
        return _suited(home, rng.sample(INCOME_CHOICES, number))

    def _worker(self, home: HouseholdDraft, category: str, item: str) -> PersonDraft | None:
        """Drawn from all who are able, so that the stream stays as it is; somebody the measure does not suit is passed over."""
        able = home.able()
        if not able or category not in ("employment", "public_post"):
            return None
        drawn = self.rng.choice(able)
        return drawn if _suits(drawn, item) else next((one for one in able if _suits(one, item)), None)

    def _by_need(self, home: HouseholdDraft) -> Iterator[tuple[object, ...]]:
        rng = self.rng
        ill = [person for person in home.people if person.chronic or person.serious]
        if ill:
            item = rng.choice(("慢性病卡", "家庭医生签约", "住院报销", "医疗救助"))
            yield self._row(home, "health", item, (200, 8000), "市医疗保障局", ill[0])
        disabled = [person for person in home.people if person.disability]
        if disabled:
            yield self._row(home, "social_security", "残疾人补贴", (720, 1440), "市残联", disabled[0])
        pupils = home.children_at_school()
        if pupils:
            yield self._row(
                home, "compulsory_schooling", "寄宿生生活补贴", (500, 1250), "市教体局", pupils[0]
            )
        vocational = [p for p in home.people if p.schooling.startswith(("vocational", "higher_vocational"))]
        if vocational:
            yield self._row(home, "other_schooling", "雨露计划", (2000, 3000), "市教体局", vocational[0])
        if home.danger_until and home.danger_until != date.max:
            yield self._row(
                home, "housing", "危房改造", (15000, 30000), "市住建局", None, ended=home.danger_until
            )

    def _row(  # noqa: PLR0913 - one value each
        self, home: HouseholdDraft, category: str, item: str, yuan: tuple[int, int] | None, provider: str,
        person: PersonDraft | None, *, since: date | None = None, ended: date | None = None,
    ) -> tuple[object, ...]:  # fmt: skip
        rng = self.rng
        first = max(home.identified_on, date(2018, 1, 1))
        last = max(first, date(2020, 2, 20))
        start = since or (
            day_between(rng, date(2020, 2, 26), date(2020, 3, 31)) if ended else day_between(rng, first, last)
        )
        amount = rng.randrange(yuan[0], yuan[1] + 1, 10) * 100 if yuan else None
        # An account that holds the money of a household is a matter of one household; numbers of papers are not made up.
        return (
            self.next_id(), UUID(int=rng.getrandbits(128), version=4), home.pk, person.pk if person else None,
            category, item, start, ended, amount, provider, "", "done" if ended else "active",
            rng.choice(_OUTCOMES), moment(start, 15), 1,
        )  # fmt: skip
