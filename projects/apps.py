from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = "项目"

    def ready(self) -> None:
        from projects import metrics, navigation  # noqa: PLC0415 - models are not ready before this

        metrics.register()
        navigation.register()
