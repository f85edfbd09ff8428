"""A run that does not get on at one place, so that its worker can be killed there."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.house import House

ON_SQLITE = (
    "CREATE TRIGGER stuck BEFORE INSERT ON {table} WHEN {when} BEGIN"
    " SELECT COUNT(*) FROM households_person a, households_person b, households_person c; END",
)
ON_POSTGRES = (
    "CREATE FUNCTION stuck() RETURNS trigger LANGUAGE plpgsql AS"
    " 'BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NEW; END'",
    "CREATE TRIGGER stuck BEFORE INSERT ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION stuck()",
    "SELECT pg_advisory_lock(4711)",
)


@contextmanager
def stuck(house: House, table: str, when: str) -> Iterator[None]:
    """Some rows cannot be written: on PostgreSQL their write waits for a lock of ours, on SQLite it takes minutes."""
    line = house.connect()
    try:
        for statement in ON_POSTGRES if house.database else ON_SQLITE:
            house.execute(line, statement.format(table=table, when=when))
            line.commit()
        yield
        if house.database:
            house.execute(line, "SELECT pg_advisory_unlock(4711)")
            line.commit()
        house.execute(line, "DROP TRIGGER stuck" + (f" ON {table}" if house.database else ""))
        line.commit()
    finally:
        line.close()
