"""The registry of metrics: what rules may read. Apps register in AppConfig.ready(); packs may name only what is here.

A metric is measured by the app that owns the data, by one definition for the scan of everybody and the explanation of
one subject. Metrics come in groups, because one set statement per group fills a fact sheet faster than one per metric.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from django.db.models import QuerySet

from common.dates import Quarter

MetricType = Literal["fen", "count", "date", "flag", "code"]
Subject = Literal["household", "person", "project", "fund_area", "village", "township"]


@dataclass(frozen=True)
class Judged:
    """The moment a judgement speaks of: the day, what was known by when, and the quarter that is looked at.

    `area`, a code prefix, says that only subjects that live there are asked about. A metric may read less for it; what it says
    of them must not depend on it. Empty: everybody.
    """

    as_of: date
    known_at: datetime | None = None
    quarter: Quarter | None = None
    area: str = ""

    @property
    def in_quarter(self) -> Quarter:
        return self.quarter or Quarter.of(self.as_of)


@dataclass(frozen=True)
class Metric:
    """One measured thing. `unknown_when` says in Chinese when it is unknown (null); null never reads as zero or fine."""

    name: str
    label: str
    type: MetricType
    unit: str = ""
    unknown_when: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)  # of a code: stored value -> Chinese
    group: str = (
        ""  # the group of fields it tells about (accounts.permissions.FIELD_GROUPS); "" for everybody
    )


@dataclass(frozen=True)
class MetricGroup:
    """Metrics that one queryset measures: values() with `subject_id` and one column per metric, one row per subject.

    Subjects without a row are unknown in all its metrics, so a group whose absence means zero must give rows for all.
    """

    name: str
    subject: Subject
    metrics: tuple[Metric, ...]
    rows: Callable[[Judged], QuerySet]
    by: Literal["subject_id", "household_id"] = (
        "subject_id"  # whose ids the column `subject_id` of the rows holds
    )


@dataclass(frozen=True)
class SubjectSource:
    """Who is judged: values() with subject_id, subject_key, scope_code, household_id (null when none).

    A subject of few, aggregated rows (fund areas) gives `table` instead: dicts with those four and its metrics.
    """

    subject: Subject
    rows: Callable[[Judged], QuerySet] | None = None
    table: Callable[[Judged, str], Iterable[dict[str, Any]]] | None = None  # (judged, scope_code)
    metrics: tuple[Metric, ...] = ()


_groups: dict[str, MetricGroup] = {}
_sources: dict[str, SubjectSource] = {}


def register_group(group: MetricGroup) -> None:
    """Add a group. Two groups measuring the same name for one subject is a bug and stops the start."""
    taken = {
        metric.name
        for other in groups_of(group.subject)
        if other.name != group.name
        for metric in other.metrics
    }
    double = taken & {metric.name for metric in group.metrics}
    if double:
        raise LookupError(f"metrics registered twice for {group.subject}: {sorted(double)}")
    _groups[f"{group.subject}/{group.name}"] = group


def register_subject(source: SubjectSource) -> None:
    _sources[source.subject] = source


def groups_of(subject: str) -> list[MetricGroup]:
    return [group for group in _groups.values() if group.subject == subject]


def source_of(subject: str) -> SubjectSource:
    return _sources[subject]


def metrics_of(subject: str) -> dict[str, Metric]:
    """Every metric of a subject by name; empty for a subject nobody registered."""
    found = {metric.name: metric for group in groups_of(subject) for metric in group.metrics}
    source = _sources.get(subject)
    if source:
        found.update({metric.name: metric for metric in source.metrics})
    return found


def subjects() -> list[str]:
    return sorted(_sources)


# A few metrics need a standard of the packs (低保标准): the app that measures may not know packs, so it asks by name.
StandardProvider = Callable[[str, date, str], int | None]
_standard_provider: list[StandardProvider] = []


def register_standard_provider(provider: StandardProvider) -> None:
    """`provider(name, as_of, division_code)` answers with 分 per head and year, or None where no pack in force says."""
    _standard_provider[:] = [provider]


def standard_for(name: str, as_of: date, division_code: str) -> int | None:
    """The standard in force there on that day in 分 per head and year; None makes the metric unknown."""
    return _standard_provider[0](name, as_of, division_code) if _standard_provider else None


# A bound of a measurement (how many months back events count) holds for the whole country of subjects at once.
BoundProvider = Callable[[str, date], int | None]
_bound_provider: list[BoundProvider] = []


def register_bound_provider(provider: BoundProvider) -> None:
    """`provider(name, as_of)` answers with the widest whole number that a pack in force anywhere names, or None."""
    _bound_provider[:] = [provider]


def bound_for(name: str, as_of: date, usual: int) -> int:
    """The widest bound in force anywhere that day, else the usual one; each rule narrows it by its own parameter."""
    found = _bound_provider[0](name, as_of) if _bound_provider else None
    return usual if found is None else found
