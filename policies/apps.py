from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "policies"
    verbose_name = "政策文件"

    def ready(self) -> None:
        from accounts.nav import NavItem, register_nav  # noqa: PLC0415 - models are not ready before this
        from accounts.verbs import register_verbs  # noqa: PLC0415
        from policies.metrics import register_bound_provider, register_standard_provider  # noqa: PLC0415
        from policies.standards import standard_fen, widest  # noqa: PLC0415

        register_standard_provider(standard_fen)
        register_bound_provider(widest)
        register_nav(NavItem(85, "政策", "policies:list", "policies.view", "file-earmark-ruled"))
        register_verbs({
            "policies.pack_submitted": "提交政策包",
            "policies.pack_withdrawn": "撤回政策包",
            "policies.pack_published": "批准发布政策包",
        })  # fmt: skip
