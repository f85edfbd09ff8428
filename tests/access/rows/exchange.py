"""Doors of exchange. An export or import belongs to the person who asked, whatever office he holds."""

from tests.access.matrix import LOGIN, Row
from tests.access.scenes.exchange import export_of, file_of, import_of

ROWS = [
    Row("exchange:export-list", "exchange.export"),
    Row("exchange:export-new", "exchange.export", method="post", data={"layout": ""}),
    Row("exchange:export-state", "exchange.export", kwargs=export_of),
    Row("exchange:import-list", "exchange.import"),
    Row("exchange:import-new", "exchange.import", method="post", data={"layout": ""}),
    Row("exchange:import-detail", "exchange.import", kwargs=import_of),
    Row("exchange:import-commit", "exchange.import", method="post", kwargs=import_of),
    Row("exchange:file", LOGIN, kwargs=file_of),
]
