"""Metrics of data quality: what of a household's file is doubted and neither mended nor exempted."""

from django.db.models import Count, F, Min, Q, QuerySet

from households.models import Household
from monitoring.quality.models import QualityRun
from policies.metrics import Judged, Metric, MetricGroup, register_group

ANY = "identity"  # a doubt may be about anything: not for those who hold single groups of fields alone
NOT_CHECKED = "所在地区没有做过疑点数据核查"


def data_faults(judged: Judged) -> QuerySet:
    """Doubts about the household or a member that are open on the day and not exempted. Where no check has run: unknown."""
    runs = QualityRun.objects.filter(state=QualityRun.State.DONE, as_of__lte=judged.as_of).order_by()
    if judged.known_at:
        runs = runs.filter(finished_at__lte=judged.known_at)
    checked, places = Q(pk__in=()), set(runs.values_list("scope_code", flat=True).distinct())
    for place in places:
        checked |= Q(scope_code__startswith=place)
    rows = Household.objects.filter(checked) if places else Household.objects.none()
    day = judged.as_of
    lasting = Q(data_faults__closed_on__isnull=True) | Q(data_faults__closed_on__gt=day)
    doubted = Q(data_faults__exemption__isnull=True) | Q(data_faults__exemption__until__lt=day)
    open_then = Q(data_faults__found_on__lte=day) & lasting & doubted
    return (
        rows.order_by()
        .values(subject_id=F("pk"))
        .annotate(
            open_data_faults=Count("data_faults__pk", filter=open_then),
            oldest_data_fault_on=Min("data_faults__found_on", filter=open_then),
        )
    )


def register() -> None:
    """Called once from AppConfig.ready()."""
    metrics = (
        Metric("open_data_faults", "未改正的疑点数据", "count", "条", NOT_CHECKED, group=ANY),
        Metric("oldest_data_fault_on", "最早发现未改正疑点的日期", "date", unknown_when=f"没有未改正的疑点，或{NOT_CHECKED}", group=ANY),
    )  # fmt: skip
    register_group(MetricGroup("data_faults", "household", metrics, data_faults))
