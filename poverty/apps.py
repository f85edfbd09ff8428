from django.apps import AppConfig


class PovertyConfig(AppConfig):
    """Composition root: the demonstration county and the commands that touch every room."""

    name = "poverty"
    verbose_name = "系统"

    def ready(self) -> None:
        from poverty import checks  # noqa: F401, PLC0415 - registers itself; settings are not read before
