from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "人员与权限"

    def ready(self) -> None:
        # Models are not ready before this; `schema` registers itself by being imported.
        from accounts import audit, following, navigation, roles, schema  # noqa: F401, PLC0415
        from accounts.actor import operator_actor  # noqa: PLC0415
        from common.commands import register_actor_source  # noqa: PLC0415
        from villages.moving import register_follower  # noqa: PLC0415
        from villages.ports import register_recorder  # noqa: PLC0415

        post_migrate.connect(roles.sync_roles, sender=self, dispatch_uid="accounts.roles")
        register_actor_source(operator_actor)
        register_recorder(audit.record)
        register_follower(following.postings_follow)
        navigation.register()
