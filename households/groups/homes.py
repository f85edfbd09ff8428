"""Definitions of groups of households: each gives (who belongs, of whom it is unknown)."""

from django.db.models import Q

from households import codes
from households.groups.frame import Frame
from households.groups.people import Pair


def dangerous_houses(frame: Frame) -> Pair:
    unsaid = Q(s_id__isnull=True) | Q(s_danger_grade="")
    return Q(s_danger_grade__in=frame.standards.words("danger_grades")), unsaid


def unsafe_water(frame: Frame) -> Pair:
    return Q(s_water_safe=False), Q(s_id__isnull=True) | Q(s_water_safe__isnull=True)


def without_labour(frame: Frame) -> Pair:
    """Nobody able or half able to work; unknown while somebody of working age is not collected. As the rules judge it."""
    of_age = frame.aged(frame.standards.number("group_working_age")) | frame.unborn
    people = {
        "able": Q(s_labour_skill__in=codes.ABLE),
        "unsaid": of_age & (Q(s_id__isnull=True) | Q(s_labour_skill="")),
    }
    return (
        Q(pk__in=frame.homes_counted(Q(able=0, unsaid=0), **people)),
        Q(pk__in=frame.homes_counted(Q(able=0, unsaid__gt=0), **people)),
    )
