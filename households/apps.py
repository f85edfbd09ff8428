from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    name = "households"
    verbose_name = "农户"

    def ready(self) -> None:
        from households import metrics, navigation  # noqa: PLC0415 - the models are not there before

        metrics.register()
        navigation.register()

        from exchange.registry import register_sheet  # noqa: PLC0415
        from households.sheets import SHEETS  # noqa: PLC0415
        from households.sheets_groups import SHEETS as GROUP_SHEETS  # noqa: PLC0415

        for sheet in (*SHEETS, *GROUP_SHEETS):
            register_sheet(sheet)
