"""Rows into tables: numbering, set-wise writing, and the first line of the change history."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from django.db import connection, models

from common.bulk import copy_rows, reset_sequences

Say = Callable[[str], None]


class Counter:
    """Ids from the first free one on."""

    def __init__(self, model: type[models.Model]) -> None:
        top = model._base_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
        self._numbers = count(top + 1)

    def __call__(self) -> int:
        return next(self._numbers)


class Writer:
    """Writes the rows of one model after the other and counts what it wrote."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self.written: dict[str, int] = {}
        self._models: list[type[models.Model]] = []

    def rows(
        self, model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> int:
        number = copy_rows(model, columns, rows)
        self.written[model.__name__] = self.written.get(model.__name__, 0) + number
        self._models.append(model)
        return number

    def tracked(
        self,
        model: type[models.Model],
        columns: Sequence[str],
        rows: Sequence[Sequence[Any]],
        moment: Callable[[Sequence[Any]], datetime],
    ) -> int:
        """Rows and their line "created" in the change history."""
        self.rows(model, columns, rows)
        past = model.history.model  # type: ignore[attr-defined]
        kept = {field.attname for field in past._meta.concrete_fields}
        places = [place for place, name in enumerate(columns) if name in kept]
        names = [columns[place] for place in places]

        def lines() -> Iterator[Sequence[object]]:
            for row in rows:
                yield (*(row[place] for place in places), moment(row), "+", "演示数据")

        self.rows(past, (*names, "history_date", "history_type", "history_change_reason"), lines())
        return len(rows)

    def finish(self) -> None:
        """Let PostgreSQL's sequences go on after the numbers given here."""
        reset_sequences(*dict.fromkeys(self._models))

    def count_rows(self) -> None:
        """Tell the database how much is where: without that its plans for the first screening are poor ones."""
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
