"""Pages of this room."""

from monitoring.views import cases, funds, rectifications, risks, runs

__all__ = ["cases", "funds", "rectifications", "risks", "runs"]
