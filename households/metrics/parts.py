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
from households.models import AidMeasure
from policies.metrics import Judged


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


def under_way(prefix: str, judged: Judged) -> Q:
    """Aid measures at `prefix` under way on the day: started, and not ended before it. Planned ones are not."""
    state, ended = f"{prefix}state", f"{prefix}ended_on"
    given = (AidMeasure.State.ACTIVE, AidMeasure.State.DONE, AidMeasure.State.STOPPED)
    lasts = Q(**{state: AidMeasure.State.ACTIVE, f"{ended}__isnull": True})
    lasts |= Q(**{f"{state}__in": given, f"{ended}__gte": judged.as_of})
    return Q(**{f"{prefix}started_on__lte": judged.as_of}) & lasts & known(prefix, judged)


def latest_holding(model: type[Dated], key: str, judged: Judged) -> QuerySet[Any]:
    """The ids of the spells that hold, one per `key` even where imported history overlaps."""
    rows = model._default_manager.filter(holding("", judged)).order_by()
    return rows.values(key).annotate(top=Max("pk")).values("top")


def of_spells(rows: QuerySet[Any], path: str, spells: QuerySet[Any]) -> QuerySet[Any]:
    """The rows whose joined spell at `path` is among `spells`.

    The sum keeps SQLite from seeking every listed spell for every row, which grows with the square of a county.
    """
    return rows.annotate(spell_held=F(f"{path}__pk") + 0).filter(spell_held__in=spells)


def least_flag(number: str | Combinable) -> Case:
    """A flag from an aggregated 1 / 0 / null column."""
    return flag(Q(**{str(number): 1}), Q(**{str(number): 0}))
