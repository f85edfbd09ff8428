from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "monitoring"
    verbose_name = "风险监测与整改"

    def ready(self) -> None:
        from monitoring import navigation, sweeping  # noqa: PLC0415 - models are not ready before this

        navigation.register()
        sweeping.register()

        from exchange.models import ExportFile, ImportBatch  # noqa: PLC0415
        from exchange.registry import register_sheet  # noqa: PLC0415
        from monitoring.services import register_swept  # noqa: PLC0415
        from monitoring.sheets_out import FUND_CHECK  # noqa: PLC0415

        register_sheet(FUND_CHECK)
        for model in (ExportFile, ImportBatch):
            register_swept(model, lambda run: run.task_name)
