from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "monitoring"
    verbose_name = "风险监测与整改"

    def ready(self) -> None:
        from monitoring import navigation  # noqa: PLC0415 - models are not ready before this

        navigation.register()
