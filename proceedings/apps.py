from django.apps import AppConfig


class ProceedingsConfig(AppConfig):
    name = "proceedings"
    verbose_name = "认定程序"

    def ready(self) -> None:
        from proceedings import navigation, posting  # noqa: PLC0415 - models are not ready before this

        navigation.register()
        posting.register()
