"""Read the document's figures back from the rows, as they stood on the document's day. Nothing here writes."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum

from common.dated import holding_q
from funds.models import FundDocument, FundLevel
from households import codes
from households.models import Household, Membership, PersonSituation, StatusSpell
from poverty.demo.plan import COUNTY, DOCUMENT_DAY, OUTSIDE_ROSTER
from projects.models import Project
from villages.models import Division, DivisionName, Level, VillageYear

KnownValue = int | Decimal | list[str] | None
FEN_OF_WAN = 10_000 * 100


@dataclass(frozen=True)
class Compared:
    """One figure of the document beside ours."""

    name: str
    clause: str
    document: KnownValue
    demo: KnownValue
    equal: bool


def _with(dimension: str, values: tuple[str, ...]) -> QuerySet:
    """Households that had one of these values on the document's day."""
    return (
        StatusSpell.objects.holding(DOCUMENT_DAY)
        .filter(dimension=dimension, value__in=values)
        .values("household_id")
    )


def _households(**statuses: tuple[str, ...]) -> QuerySet[Household]:
    found = Household.objects.filter(scope_code__startswith=COUNTY)
    for dimension, values in statuses.items():
        found = found.filter(pk__in=_with(dimension, values))
    return found


def _members(households: QuerySet[Household]) -> QuerySet[Membership]:
    return Membership.objects.holding(DOCUMENT_DAY).filter(household__in=households.values("pk"))


def _pair(
    name: str, clause: str, wanted: tuple[int, int], households: QuerySet[Household]
) -> Iterator[Compared]:
    for unit, document, rows in (("户", wanted[0], households), ("人", wanted[1], _members(households))):
        number = rows.count()
        yield Compared(f"{name}（{unit}）", clause, document, number, document == number)


def _number(name: str, clause: str, document: int, demo: int | Decimal | None) -> Compared:
    return Compared(name, clause, document, demo, demo == document)


def _population() -> Iterator[Compared]:
    with_policy, without = (
        (codes.PovertyStatus.EXITED_WITH_POLICY.value,),
        (codes.PovertyStatus.EXITED_WITHOUT_POLICY.value,),
    )
    unexited = _households(poverty=(codes.PovertyStatus.UNEXITED.value,))
    border = _households(
        poverty=(codes.PovertyStatus.ORDINARY.value,), monitor=(codes.MonitorClass.BORDERLINE.value,)
    )
    monitored = _households(poverty=codes.EXITED, monitor=(codes.MonitorClass.UNSTABLE_EXITED.value,))
    yield from _pair("已脱贫", "0.2", (13716, 49763), _households(poverty=codes.EXITED))
    yield from _pair("脱贫不享受政策", "25", (4822, 21088), _households(poverty=without))
    yield from _pair("脱贫享受政策", "25", (8894, 28675), _households(poverty=with_policy))
    yield from _pair("脱贫监测户", "0.2", (93, 320), monitored)
    yield from _pair("未脱贫", "0.2", (1489, 3228), unexited)
    yield from _pair("边缘户", "0.2", (669, 1984), border)
    yield from _labour(unexited)


def _labour(unexited: QuerySet[Household]) -> Iterator[Compared]:
    """Able or half able, and without labour: of sixteen and over who are not at school, as the document counts."""
    people = _members(unexited).values("person_id")
    now = PersonSituation.objects.holding(DOCUMENT_DAY).filter(person_id__in=people)
    grown = Q(person__birth_date__lte=DOCUMENT_DAY.replace(year=DOCUMENT_DAY.year - 16))
    idle = Q(schooling__in=codes.NOT_IN_CLASS)
    unable = (codes.LabourSkill.LOST.value, codes.LabourSkill.NONE.value)
    able = now.filter(labour_skill__in=codes.ABLE).count()
    none = now.filter(grown & idle, labour_skill__in=unable).count()
    yield _number("未脱贫人口中有劳动能力或半劳动力（人）", "25", 1832, able)
    yield _number("未脱贫人口中完全无劳动能力（人）", "25", 1032, none)


def _supervised() -> Iterator[Compared]:
    """Townships above 200 and villages above 20 persons not yet out of poverty, with their names."""
    unexited = _households(poverty=(codes.PovertyStatus.UNEXITED.value,))
    lived_in = holding_q(DOCUMENT_DAY, prefix="household__residences__")
    persons = (
        _members(unexited)
        .filter(lived_in)
        .values(
            code=F("household__residences__village__code"),
            township=F("household__residences__village__parent__code"),
        )
        .annotate(number=Count("pk"))
    )
    by_village = {row["code"]: row["number"] for row in persons}
    by_township: dict[str, int] = {}
    for row in persons:
        by_township[row["township"]] = by_township.get(row["township"], 0) + row["number"]
    townships = [code for code, number in by_township.items() if number > 200]
    villages = [code for code, number in by_village.items() if number > 20]
    yield _named("未脱贫超过 200 人的乡镇", ["顺店镇", "鸿畅镇", "张得镇", "小吕乡"], townships)
    yield _named("未脱贫超过 20 人的村", ["郭连镇张涧村", "鸠山镇西学村", "鸿畅镇三官赵村"], villages)


def _named(name: str, document: list[str], codes_found: list[str]) -> Compared:
    """Equal as divisions: a former name counts, and so does a village's name without its suffix."""
    divisions = list(Division.objects.filter(code__in=codes_found).select_related("parent").order_by("code"))
    former = DivisionName.objects.filter(division__in=divisions).values_list("division_id", "name")
    known: dict[int, set[str]] = {}
    for division in divisions:
        known[division.pk] = {division.name}
        if division.level == Level.VILLAGE and division.parent is not None:
            known[division.pk] = {f"{division.parent.name}{division.short_name}村"}
    for pk, text in former:
        known[pk].add(text)
    matched = [next((text for text in document if text in known[one.pk]), None) for one in divisions]
    shown = [text or one.name for text, one in zip(matched, divisions, strict=True)]
    equal = None not in matched and sorted(shown) == sorted(document)
    return Compared(name, "1", document, shown, equal)


def _villages() -> Iterator[Compared]:
    townships = Division.objects.filter(level=Level.TOWNSHIP, code__startswith=COUNTY).exclude(
        code__in=OUTSIDE_ROSTER
    )
    years = VillageYear.objects.filter(year=DOCUMENT_DAY.year - 1, division__code__startswith=COUNTY)
    kinds = VillageYear.VillageClass
    yield _number("乡镇", "1", 22, townships.count())
    yield _number("已脱贫的贫困村", "0.2", 53, years.filter(village_class=kinds.POOR).count())
    yield _number("重点非贫困村", "8", 46, years.filter(village_class=kinds.KEY_NONPOOR).count())


def _money() -> Iterator[Compared]:
    papers = FundDocument.objects.filter(
        year=2020, issued_on__lte=DOCUMENT_DAY, is_special=True, scope_code=COUNTY
    )
    county = Q(level=FundLevel.COUNTY)
    yield _number("专项资金（万元）", "26", 12744, _wan(papers))
    yield _number("上级资金（万元）", "26", 5804, _wan(papers.exclude(county)))
    yield _number("县级资金（万元）", "26", 6940, _wan(papers.filter(county)))
    projects = Project.objects.filter(year=2020, kind=Project.Kind.COLLECTIVE, scope_code__startswith=COUNTY)
    granted = projects.filter(allocations__allocated_on__lte=DOCUMENT_DAY)
    each = granted.annotate(fen=Sum("allocations__amount_fen")).values_list("fen", flat=True)
    amounts = set(each)
    yield _number("村级集体经济项目", "8", 269, len(each))
    yield _number(
        "每村扶持（万元）", "8", 30, Decimal(amounts.pop()) / FEN_OF_WAN if len(amounts) == 1 else None
    )
    yield _number("集体经济扶持资金（万元）", "8", 8070, Decimal(sum(each)) / FEN_OF_WAN)
    yield _number("按 2018 年贫困发生率依次安排的非贫困村", "8", 269, _funded_in_order(projects))


def _wan(papers: QuerySet[FundDocument]) -> Decimal:
    return Decimal(papers.aggregate(fen=Sum("amount_fen"))["fen"] or 0) / FEN_OF_WAN


def _funded_in_order(projects: QuerySet[Project]) -> int:
    """How many of the funded villages stand among the first 269 non-poor ones by incidence of 2018."""
    kinds = VillageYear.VillageClass
    years = VillageYear.objects.filter(
        year=2018, village_class__in=(kinds.KEY_NONPOOR, kinds.NONPOOR), registered_population__gt=0, poor_persons__isnull=False,
        division__code__startswith=COUNTY,
    ).values_list("division__code", "poor_persons", "registered_population")  # fmt: skip
    known = [(code, poor or 0, people or 1) for code, poor, people in years]
    ranked = sorted(known, key=lambda row: (-row[1] / row[2], -row[1], row[0]))
    return len({row[0] for row in ranked[:269]} & set(projects.values_list("village__code", flat=True)))


def county_figures() -> list[dict[str, object]]:
    """Every figure with its clause, the document's value and ours."""
    found = [*_population(), *_supervised(), *_villages(), *_money()]
    return [asdict(one) for one in found]
