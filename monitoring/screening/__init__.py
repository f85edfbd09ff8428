"""The screening engine: fact sheets first, then one statement per rule, then what people are asked to do."""

from monitoring.screening.engine import screening_execute

__all__ = ["screening_execute"]
