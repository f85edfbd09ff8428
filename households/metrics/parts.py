"""Pieces of the measuring queries: true / false / unknown, the spell that holds, codes without blanks."""

from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    F,
    Func,
    IntegerField,
    Max,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import NullIf

from common.dated import Dated, holding_q
from households.models import AidMeasure, Membership
from policies.metrics import Judged
from villages.scope import below


class _Digits(Func):
    """Digits of a day as a number. SQLite keeps days as text; Django's Extract would call Python for every row there."""

    output_field = IntegerField()
    on_sqlite = ""

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template=self.on_sqlite, **context)


class YearOf(_Digits):
    """2020 of 2020-09-30."""

    template = "CAST(to_char(%(expressions)s, 'YYYY') AS integer)"
    on_sqlite = "CAST(substr(%(expressions)s, 1, 4) AS integer)"


class MonthDayOf(_Digits):
    """930 of 2020-09-30: days of different years in the order of the calendar."""

    template = "CAST(to_char(%(expressions)s, 'MMDD') AS integer)"
    on_sqlite = "CAST(replace(substr(%(expressions)s, 6, 5), '-', '') AS integer)"


def flag(true: Q, false: Q | None = None) -> Case:
    """True where `true`, False where `false` (everywhere else, when not given), otherwise unknown."""
    otherwise = Value(None) if false is not None else Value(False)
    whens = [When(true, then=Value(True))]
    if false is not None:
        whens.append(When(false, then=Value(False)))
    return Case(*whens, default=otherwise, output_field=BooleanField(null=True))


def code(path: str) -> NullIf:
    """A code; the empty text of an unknown one is null."""
    return NullIf(F(path), Value(""), output_field=CharField(null=True))


def holding(prefix: str, judged: Judged) -> Q:
    """The spells at `prefix` that hold on the day, as far as was known."""
    return holding_q(judged.as_of, judged.known_at, f"{prefix}__" if prefix else "")


def known(prefix: str, judged: Judged) -> Q:
    """Rows at `prefix` that had been recorded by then."""
    return Q(**{f"{prefix}recorded_at__lte": judged.known_at}) if judged.known_at else Q()


def begun(prefix: str, judged: Judged) -> Q:
    """Aid measures at `prefix` that had started by the day, also those that are over. Planned ones have not."""
    given = (AidMeasure.State.ACTIVE, AidMeasure.State.DONE, AidMeasure.State.STOPPED)
    started = Q(**{f"{prefix}started_on__lte": judged.as_of, f"{prefix}state__in": given})
    return started & known(prefix, judged)


def lasting(prefix: str, judged: Judged) -> Q:
    """Measures not ended before the day; what is done or stopped without a day is over."""
    ended = f"{prefix}ended_on"
    open_end = Q(**{f"{prefix}state": AidMeasure.State.ACTIVE, f"{ended}__isnull": True})
    return open_end | Q(**{f"{ended}__gte": judged.as_of})


def under_way(prefix: str, judged: Judged) -> Q:
    """Aid measures at `prefix` under way on the day: started, and not ended before it. Planned ones are not."""
    return begun(prefix, judged) & lasting(prefix, judged)


def living(prefix: str, judged: Judged) -> Q:
    """Persons at `prefix` who had not died by the day, whatever became of their membership."""
    died = f"{prefix}died_on"
    return Q(**{f"{died}__isnull": True}) | Q(**{f"{died}__gt": judged.as_of})


def latest_holding(model: type[Dated], key: str, judged: Judged) -> QuerySet[Any]:
    """The ids of the spells that hold, one per `key` even where imported history overlaps."""
    rows = model._default_manager.filter(holding("", judged), asked_about(key, judged)).order_by()
    return rows.values(key).annotate(top=Max("pk")).values("top")


def asked_about(key: str, judged: Judged) -> Q:
    """Spells of those who are asked about. Of a person all count, also those in a household elsewhere: which one is the latest
    must not depend on the area."""
    if not judged.area:
        return Q()
    if key == "household_id":
        return below("household__scope_code", judged.area)
    inside = Membership.objects.filter(below("household__scope_code", judged.area)).order_by()
    return Q(person_id__in=inside.values("person_id"))


def of_spells(rows: QuerySet[Any], path: str, spells: QuerySet[Any]) -> QuerySet[Any]:
    """The rows whose joined spell at `path` is among `spells`; with an empty path the rows that are spells themselves.

    The sum keeps the databases from seeking every listed spell by its number: SQLite did so for every row, which grows with
    the square of a county, and PostgreSQL, which takes any such list for two hundred, one by one.
    """
    return rows.annotate(spell_held=F(f"{path}__pk" if path else "pk") + 0).filter(spell_held__in=spells)


def least_flag(number: str | Combinable) -> Case:
    """A flag from an aggregated 1 / 0 / null column."""
    return flag(Q(**{str(number): 1}), Q(**{str(number): 0}))
