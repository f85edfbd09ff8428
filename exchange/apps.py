from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "exchange"
    verbose_name = "导入导出"

    def ready(self) -> None:
        # The web process must know the task names too: runs are sent through Celery's registry.
        from accounts.home import register_home  # noqa: PLC0415
        from accounts.nav import NavItem, register_nav  # noqa: PLC0415
        from accounts.verbs import register_verbs  # noqa: PLC0415
        from exchange import tasks  # noqa: F401, PLC0415
        from exchange.home import waiting_here  # noqa: PLC0415

        register_nav(
            NavItem(700, "导出", "exchange:export-list", "exchange.export", "file-earmark-arrow-down")
        )
        register_nav(NavItem(710, "导入", "exchange:import-list", "exchange.import", "file-earmark-arrow-up"))
        register_home(waiting_here)
        register_verbs(VERBS)


VERBS = {
    "exchange.file_stored": "保存文件",
    "exchange.file_fetched": "下载文件",
    "exchange.export_requested": "申请导出",
    "exchange.exported": "导出",
    "exchange.import_uploaded": "上传导入表",
    "exchange.import_preview": "核对导入表",
    "exchange.import_commit_requested": "提交导入",
    "exchange.import_commit": "写入导入表",
}
