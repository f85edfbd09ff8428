from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "人员与权限"

    def ready(self) -> None:
        from accounts import audit, navigation, roles  # noqa: PLC0415 - models are not ready before this
        from accounts.actor import operator_actor  # noqa: PLC0415
        from common.commands import register_actor_source  # noqa: PLC0415
        from villages.ports import register_recorder  # noqa: PLC0415

        post_migrate.connect(roles.sync_roles, sender=self, dispatch_uid="accounts.roles")
        register_actor_source(operator_actor)
        register_recorder(audit.record)
        navigation.register()
