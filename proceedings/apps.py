from django.apps import AppConfig


class ProceedingsConfig(AppConfig):
    name = "proceedings"
    verbose_name = "认定程序"

    def ready(self) -> None:
        from households import cards  # noqa: PLC0415 - models are not ready before this
        from proceedings import file_doors, metrics, navigation, posting, wall  # noqa: PLC0415

        navigation.register()
        metrics.register()
        posting.register()
        file_doors.register()
        cards.register_qr_target(wall.apply_address)
        cards.register_local_number(wall.township_number)
