"""Accounts, postings and tokens: what is written, audited, refused."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts import services, tokens
from accounts.actor import NOBODY, operator_actor, require_password
from accounts.audit import record
from accounts.models import AppendOnlyError, AuditEntry, Posting, Role, User
from accounts.permissions import PERMISSIONS, ROLES
from accounts.roles import sync_roles
from accounts.selectors import audit_list, user_list
from common.errors import Conflict, Invalid, NotFound, NotPermitted, PasswordNeeded
from tests.cast import PASSWORD, actor

TODAY = date(2020, 9, 20)


def test_a_new_account_has_no_right_until_it_is_posted(cast, world):
    user, first = services.user_create(actor=actor(cast.admin), username="Hu", full_name="胡新")
    assert user.username == "hu"
    assert user.check_password(first)
    assert user.must_change_password
    assert actor(user).scope("households.view").is_empty
    services.posting_open(
        actor=actor(cast.admin), user=user, role_code="township_clerk", division=world.township_a, from_=TODAY
    )
    assert actor(user).scope("households.view").prefixes == (world.township_a.code,)
    assert set(AuditEntry.objects.values_list("verb", flat=True)) == {
        "accounts.user_created",
        "accounts.posting_opened",
    }


def test_only_the_administrator_makes_accounts(cast):
    for user in (cast.li, cast.officer, cast.auditor):
        with pytest.raises(NotPermitted):
            services.user_create(actor=actor(user), username="x1", full_name="某")
    assert not User.objects.filter(username="x1").exists()


def test_a_name_taken_in_other_letters_is_refused(cast):
    with pytest.raises(Conflict) as refusal:
        services.user_create(actor=actor(cast.admin), username="LI", full_name="李")
    assert refusal.value.field == "username"


def test_nobody_posts_himself_or_ends_his_own_posting(cast, world):
    admin = actor(cast.admin)
    with pytest.raises(Conflict):
        services.posting_open(
            actor=admin, user=cast.admin, role_code="county_officer", division=world.county, from_=TODAY
        )
    with pytest.raises(Conflict):
        services.posting_close(actor=admin, pk=cast.admin.postings.get().pk, on=TODAY)


def test_a_posting_stands_once_and_ends_on_its_day(cast, world):
    admin = actor(cast.admin)
    with pytest.raises(Conflict):
        services.posting_open(
            actor=admin, user=cast.li, role_code="township_clerk", division=world.township_a, from_=TODAY
        )
    posting = cast.li.postings.get()
    with pytest.raises(Invalid):
        services.posting_close(actor=admin, pk=posting.pk, on=posting.effective_from - timedelta(days=1))
    services.posting_close(actor=admin, pk=posting.pk, on=TODAY)
    assert not Posting.objects.current(TODAY).filter(user=cast.li).exists()
    assert Posting.objects.current(TODAY - timedelta(days=1)).filter(user=cast.li).exists()


@pytest.mark.parametrize("groups", [("health", "secrets"), ("*",)])
def test_unknown_field_groups_are_refused(cast, world, groups):
    with pytest.raises(Invalid):
        services.posting_open(
            actor=actor(cast.admin), user=cast.zhao, role_code="department_officer", division=world.county,
            from_=TODAY, field_groups=groups,
        )  # fmt: skip


def test_an_actor_holds_a_permission_only_in_his_area(cast, world):
    li = actor(cast.li)
    assert li.may("households.edit", at=world.village_a1.code)
    assert not li.may("households.edit", at=world.village_b1.code)
    assert not li.may("funds.confirm_payment", at=world.village_a1.code)
    with pytest.raises(LookupError):
        li.may("households.edti")


def test_nobody_and_the_superuser_have_no_scope(cast):
    assert NOBODY.scope("households.view").is_empty
    root = User.objects.create_superuser("root", "", PASSWORD, full_name="超级")
    assert actor(root).scope("households.view").is_empty
    assert not actor(root).may("households.reveal")


def test_the_helper_is_limited_to_his_households(cast, world):
    scope = actor(cast.wang).scope("households.view")
    assert scope.prefixes == ()
    assert scope.assigned == (world.village_a1.code,)


def test_the_department_officer_sees_his_field_groups_only(cast):
    assert actor(cast.dept).scope("households.view").field_groups == {"health"}


def test_the_operator_may_everything_everywhere_and_cannot_log_in(world, client):
    operator = operator_actor()
    assert all(operator.may(name, at=world.village_b1.code) for name in PERMISSIONS)
    assert operator.scope("households.view").prefixes == ("41",)
    user = User.objects.get(username="operator")
    assert not user.is_active
    assert not user.has_usable_password()
    with pytest.raises(Invalid):
        operator_actor("operator")


def test_a_fresh_password_is_asked_for(cast):
    require_password(actor(cast.li))
    with pytest.raises(PasswordNeeded):
        require_password(replace(actor(cast.li), password_fresh=False))


def test_a_token_is_kept_as_a_digest_and_dies_when_revoked(cast):
    li, now = actor(cast.li), timezone.now()
    token, plain = tokens.token_create(actor=li, name="取数", days=1)
    assert plain not in str(vars(token))
    assert tokens.token_in_use(plain, now=now).user == cast.li
    assert tokens.token_in_use(plain, now=now + timedelta(days=2)) is None
    with pytest.raises(NotFound):
        tokens.token_revoke(actor=actor(cast.zhao), pk=token.pk)
    tokens.token_revoke(actor=li, pk=token.pk)
    assert tokens.token_in_use(plain, now=now) is None


def test_the_audit_trail_only_grows(cast):
    entry = record(actor(cast.li), "accounts.login", cast.li)
    entry.verb = "other"
    for change in (entry.save, entry.delete, AuditEntry.objects.all().delete):
        with pytest.raises(AppendOnlyError):
            change()
    with pytest.raises(AppendOnlyError):
        AuditEntry.objects.update(verb="other")


def test_the_audit_trail_is_seen_inside_the_area(cast, world):
    mine = record(actor(cast.li), "households.touched", scope_code=world.village_a1.code)
    login_elsewhere = record(actor(cast.zhao), "accounts.login", cast.zhao)
    assert set(audit_list(actor=actor(cast.auditor))) == {mine, login_elsewhere}
    posting = cast.auditor.postings.get()
    posting.division = world.township_b
    posting.save()
    assert set(audit_list(actor=actor(cast.auditor))) == {login_elsewhere}
    with pytest.raises(NotPermitted):
        audit_list(actor=actor(cast.li))


def test_a_manager_sees_the_people_of_his_area(cast, world):
    posting = cast.admin.postings.get()
    posting.division = world.township_b
    posting.save()
    assert set(user_list(actor=actor(cast.admin))) == {cast.admin, cast.zhao}


def test_the_role_rows_follow_the_table(db):
    Role.objects.filter(code="auditor").update(permissions=["households.edit"])
    old = Role.objects.create(code="gone", name="旧", permissions=["households.edit"])
    sync_roles()
    assert set(Role.objects.get(code="auditor").permissions) == ROLES["auditor"].permissions
    old.refresh_from_db()
    assert old.permissions == []
    assert Role.objects.filter(code__in=ROLES).count() == len(ROLES)


def test_every_role_uses_known_permissions_and_the_auditor_writes_nothing():
    for spec in ROLES.values():
        assert spec.permissions <= set(PERMISSIONS)
    reading = {"view", "view_audit", "view_rectification", "view_runs"}
    assert {name.split(".")[1] for name in ROLES["auditor"].permissions} <= reading
