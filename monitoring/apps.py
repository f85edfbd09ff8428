from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "monitoring"
    verbose_name = "风险监测与整改"

    def ready(self) -> None:
        from monitoring import navigation, sweeping  # noqa: PLC0415 - models are not ready before this
        from monitoring.urgency import table  # noqa: PLC0415

        navigation.register()
        table.register()
        sweeping.register()

        from monitoring.departments import metrics as of_lists  # noqa: PLC0415
        from monitoring.departments import tables  # noqa: PLC0415
        from monitoring.quality import metrics as of_doubts  # noqa: PLC0415

        tables.register()
        of_lists.register()
        of_doubts.register()

        from exchange.registry import register_sheet  # noqa: PLC0415
        from monitoring.quality.workbook import DATA_FAULTS  # noqa: PLC0415
        from monitoring.sheets_out import FUND_CHECK  # noqa: PLC0415

        register_sheet(FUND_CHECK)
        register_sheet(DATA_FAULTS)

        from monitoring.freezing.workbook import QUARTER_FROZEN, RULE_NAMES  # noqa: PLC0415

        register_sheet(QUARTER_FROZEN)
        register_sheet(RULE_NAMES)
