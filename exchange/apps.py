from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "exchange"
    verbose_name = "导入导出"

    def ready(self) -> None:
        # The web process must know the task names too: runs are sent through Celery's registry.
        from accounts.home import register_home  # noqa: PLC0415
        from accounts.nav import NavItem, register_nav  # noqa: PLC0415
        from exchange import tasks  # noqa: F401, PLC0415
        from exchange.home import waiting_here  # noqa: PLC0415

        register_nav(
            NavItem(700, "导出", "exchange:export-list", "exchange.export", "file-earmark-arrow-down")
        )
        register_nav(NavItem(710, "导入", "exchange:import-list", "exchange.import", "file-earmark-arrow-up"))
        register_home(waiting_here)
