from django.apps import AppConfig


class PovertyConfig(AppConfig):
    """Composition root: the demonstration county and the commands that touch every room."""

    name = "poverty"
    verbose_name = "系统"
