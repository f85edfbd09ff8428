"""Which boards make the dashboard of an area, in which order: the page and the workbook show the same."""

from reporting.boards import (
    TOWNSHIP_FIGURES,
    Board,
    class_board,
    rectification_board,
    signs_board,
    township_board,
)
from reporting.money import level_board, payment_board
from reporting.places import township_roster
from reporting.selectors import Snapshot, township_values
from villages.scope import DivisionScope


def boards_of(snapshot: Snapshot, scope: DivisionScope) -> list[Board]:
    """The boards of one snapshot; those that have nothing to say there (funds of a township) are left out."""
    roster = township_roster(county_code=snapshot.area.code, as_of=snapshot.as_of)
    values = township_values(
        scope=scope, county_code=snapshot.area.code, day=snapshot.as_of, names=TOWNSHIP_FIGURES
    )
    boards = [
        payment_board(snapshot),
        township_board(values, roster) if roster else None,
        level_board(snapshot),
        signs_board(snapshot),
        class_board(snapshot),
        rectification_board(snapshot),
    ]
    return [board for board in boards if board is not None]
