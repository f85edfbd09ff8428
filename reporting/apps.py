from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = "报表"

    def ready(self) -> None:
        # Models are not there before; and the web process must know the names of the tasks, not only the worker.
        from reporting import navigation, sheets, tasks  # noqa: F401, PLC0415

        navigation.register()
        sheets.register()
        navigation.register_sweeping()
