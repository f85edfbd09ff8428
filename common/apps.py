from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Domain-free helpers; no tables, no domain words."""

    name = "common"
