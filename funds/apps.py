from django.apps import AppConfig


class FundsConfig(AppConfig):
    name = "funds"
    verbose_name = "资金"

    def ready(self) -> None:
        from funds import metrics, navigation  # noqa: PLC0415 - models are not ready before this

        metrics.register()
        navigation.register()
