"""The person ledgers of the county: one row per member, read as a set, compared and written back through the services."""
