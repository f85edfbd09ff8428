"""Definitions of groups of persons: each gives (who belongs, of whom it is unknown). Both stand for memberships."""

from django.db.models import Q, QuerySet

from households import codes
from households.groups.frame import Frame

Pair = tuple[Q, Q]
DISABLED = Q(s_is_disabled=True)
DISABLED_UNKNOWN = Q(s_id__isnull=True) | Q(s_is_disabled__isnull=True)
DESTITUTE = tuple(kind for kind in codes.SafetyNetKind.values if kind not in codes.ALLOWANCE)
# Who is whose husband inside a household, as far as the relation to the head tells.
HUSBAND_OF = (("spouse", "head"), ("head", "spouse"), ("daughter_in_law", "son"), ("daughter", "son_in_law"))


def _left_alone(frame: Frame, who: Q) -> Pair:
    """Of `who`: somebody of the household is away, and no adult is at home. Unknown while nobody is known to be at home."""
    people = {
        "gone": frame.adult & frame.away,
        "at_home": frame.adult & ~frame.away & ~frame.work_unknown,
        "unsaid": (frame.adult | frame.unborn) & frame.work_unknown,
    }
    return (
        who & frame.homes_where(Q(gone__gt=0, at_home=0, unsaid=0), **people),
        (who | frame.unborn) & frame.homes_where(Q(at_home=0, unsaid__gt=0), **people),
    )


def left_behind_children(frame: Frame) -> Pair:
    return _left_alone(frame, frame.younger(frame.standards.number("group_child_age")))


def left_behind_old(frame: Frame) -> Pair:
    return _left_alone(frame, frame.aged(frame.standards.number("group_old_age")))


def left_behind_women(frame: Frame) -> Pair:
    """Women at home whose husband is away."""
    hit, unknown = Q(pk__in=()), Q(pk__in=())
    woman = frame.adult & Q(person__gender=codes.Gender.FEMALE) & (~frame.away | frame.work_unknown)
    for wife, husband in HUSBAND_OF:
        man = Q(relation=husband, person__gender=codes.Gender.MALE)
        gone, unsaid = frame.homes_with(man & frame.away), frame.homes_with(man & frame.work_unknown)
        her = woman & Q(relation=wife)
        hit |= her & ~frame.work_unknown & Q(household_id__in=gone)
        unknown |= her & (Q(household_id__in=unsaid) | (frame.work_unknown & Q(household_id__in=gone)))
    return hit, unknown


def _ages(frame: Frame) -> dict[str, Q]:
    return {
        "everybody": Q(),
        "younger": frame.younger(frame.standards.number("group_old_age")),
        "unsaid": frame.unborn,
    }


def empty_nest_old(frame: Frame) -> Pair:
    """Old people who live with old people only."""
    old, ages = frame.aged(frame.standards.number("group_old_age")), _ages(frame)
    return (
        old & frame.homes_where(Q(everybody__gt=1, younger=0, unsaid=0), **ages),
        (old | frame.unborn) & frame.homes_where(Q(everybody__gt=1, younger=0, unsaid__gt=0), **ages),
    )


def lonely_old(frame: Frame) -> Pair:
    single = frame.homes_where(Q(everybody=1), everybody=Q())
    return frame.aged(frame.standards.number("group_old_age")) & single, frame.unborn & single


def disabled(frame: Frame) -> Pair:
    return DISABLED, DISABLED_UNKNOWN


def on_living_subsidy(frame: Frame) -> Pair:
    """Due: disabled, in a household or as a person on 低保."""
    on_allowance = frame.served(frame.nets(codes.ALLOWANCE))
    return DISABLED & on_allowance, DISABLED_UNKNOWN & on_allowance


def severely_disabled(frame: Frame) -> Pair:
    severe = frame.standards.numbers("group_severe_grades")
    return DISABLED & Q(s_disability_grade__in=severe), DISABLED_UNKNOWN | (
        DISABLED & Q(s_disability_grade__isnull=True)
    )


def subsidy_parts(frame: Frame, words: str) -> tuple[tuple[str, str, Q], ...]:
    """Received by name; a general 残疾人补贴 or one of the household does not say which and for whom; none at all."""
    running = frame.measures()

    def called(key: str) -> QuerySet:
        wanted = Q(pk__in=())
        for word in frame.standards.words(key):
            wanted |= Q(item__contains=word)
        return running.filter(wanted)

    named = Q(person_id__in=called(words).filter(person__isnull=False).values("person_id"))
    general = called(words) | called("group_subsidy_words")
    vague = frame.served(general) & ~named
    return (
        ("received", "已领取", named),
        ("vague", "领取情况不明", vague),
        ("missing", "未领取", ~named & ~vague),
    )


def out_of_school(frame: Frame) -> Pair:
    """As the rules judge it: of the age, and not in a class; a preschool child only from the sure age on."""
    number = frame.standards.number
    of_age = frame.aged(number("school_age_min")) & frame.younger(number("school_age_max") + 1)
    late = Q(s_schooling=codes.Schooling.PRESCHOOL_AGE) & frame.aged(number("school_sure_age"))
    return (
        of_age & (Q(s_schooling=codes.Schooling.NOT_AT_SCHOOL) | late),
        (of_age & (Q(s_id__isnull=True) | Q(s_schooling="")))
        | (frame.unborn & Q(s_schooling=codes.Schooling.NOT_AT_SCHOOL)),
    )


def aided_pupils(frame: Frame) -> Pair:
    running = frame.measures().filter(category__in=("compulsory_schooling", "other_schooling"))
    aided = Q(person_id__in=running.filter(person__isnull=False).values("person_id"))
    in_class = Q(s_id__isnull=False) & ~Q(s_schooling__in=("", *codes.NOT_IN_CLASS))
    home = Q(household_id__in=running.filter(person__isnull=True).values("household_id"))
    return aided, in_class & home & ~aided


def on_allowance(frame: Frame) -> Pair:
    return frame.served(frame.nets(codes.ALLOWANCE)), Q(pk__in=())


def destitute(frame: Frame) -> Pair:
    return frame.served(frame.nets(DESTITUTE)), Q(pk__in=())


def _flag(name: str) -> Pair:
    return Q(**{f"s_{name}": True}), Q(s_id__isnull=True) | Q(**{f"s_{name}__isnull": True})


def seriously_ill(frame: Frame) -> Pair:
    return _flag("has_serious_illness")


def chronically_ill(frame: Frame) -> Pair:
    return _flag("has_chronic_illness")


# --- 四类深度贫困群体 -------------------------------------------------------------------------------------------------


def _poor(frame: Frame, pair: Pair) -> Pair:
    registered = Q(household_id__in=frame.of_class(codes.REGISTERED))
    return pair[0] & registered, pair[1] & registered


def deep_old(frame: Frame) -> Pair:
    old = frame.aged(frame.standards.number("group_old_age"))
    lost = Q(s_labour_skill__in=(codes.LabourSkill.LOST, codes.LabourSkill.NONE))
    unsaid = Q(s_id__isnull=True) | Q(s_labour_skill="")
    return _poor(frame, (old & lost, (old & unsaid) | (frame.unborn & lost)))


def deep_disabled(frame: Frame) -> Pair:
    return _poor(frame, severely_disabled(frame))


def deep_ill(frame: Frame) -> Pair:
    return _poor(frame, seriously_ill(frame))


def deep_mind(frame: Frame) -> Pair:
    """重度智障: severe grade of the intellect; of several kinds together nobody says which."""
    severe = frame.standards.numbers("group_severe_grades")
    grade = Q(s_disability_grade__in=severe)
    mind = Q(s_disability_kind=codes.DisabilityKind.INTELLECT)
    unsaid_kind = Q(s_disability_kind__in=("", codes.DisabilityKind.MULTIPLE))
    unsaid = DISABLED & (
        (mind & Q(s_disability_grade__isnull=True))
        | (unsaid_kind & (grade | Q(s_disability_grade__isnull=True)))
    )
    return _poor(frame, (DISABLED & mind & grade, DISABLED_UNKNOWN | unsaid))


def deep_any(frame: Frame) -> Pair:
    """In at least one of the four; unknown where none is sure and one is open."""
    pairs = [one(frame) for one in (deep_old, deep_disabled, deep_ill, deep_mind)]
    hit = pairs[0][0] | pairs[1][0] | pairs[2][0] | pairs[3][0]
    unknown = pairs[0][1] | pairs[1][1] | pairs[2][1] | pairs[3][1]
    return hit, unknown
