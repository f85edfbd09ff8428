"""Filters of the API; the same selectors as the pages."""

import django_filters

from households import codes
from households.models import Household, Visit


class HouseholdFilter(django_filters.FilterSet):
    area = django_filters.CharFilter(field_name="scope_code", lookup_expr="startswith", label="区划代码前缀")
    poverty_status = django_filters.MultipleChoiceFilter(choices=codes.PovertyStatus.choices)
    monitor_class = django_filters.MultipleChoiceFilter(choices=codes.MonitorClass.choices)
    household_no = django_filters.CharFilter()
    last_visit_before = django_filters.DateFilter(field_name="last_visit_on", lookup_expr="lt")

    class Meta:
        model = Household
        fields: tuple[str, ...] = ()


class VisitFilter(django_filters.FilterSet):
    household = django_filters.NumberFilter(field_name="household_id")
    visited_from = django_filters.DateFilter(field_name="visited_on", lookup_expr="gte")
    visited_to = django_filters.DateFilter(field_name="visited_on", lookup_expr="lte")

    class Meta:
        model = Visit
        fields: tuple[str, ...] = ()
