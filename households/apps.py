from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    name = "households"
    verbose_name = "农户"

    def ready(self) -> None:
        from households import file_doors, metrics, navigation, pack_tables  # noqa: PLC0415 - the models are not there before

        metrics.register()
        navigation.register()
        pack_tables.register()
        file_doors.register()

        from exchange.registry import register_sheet  # noqa: PLC0415
        from households.point_sheet import POINTS  # noqa: PLC0415
        from households.sheets import SHEETS  # noqa: PLC0415
        from households.sheets_groups import SHEETS as GROUP_SHEETS  # noqa: PLC0415

        for sheet in (*SHEETS, *GROUP_SHEETS, POINTS):
            register_sheet(sheet)
