"""How urgent a check task is: points of a table of the packs, each of them visible."""
