"""Pages of accounts."""

from django.urls import path

from accounts.views import audit, own, session, users

app_name = "accounts"
urlpatterns = [
    path("login/", session.login_page, name="login"),
    path("logout/", session.logout_page, name="logout"),
    path("password/", session.password_change_page, name="password-change"),
    path("password/recheck/", session.password_recheck_page, name="password-recheck"),
    path("me/", own.me, name="me"),
    path("tokens/", own.token_list, name="token-list"),
    path("tokens/<int:pk>/revoke/", own.token_revoke, name="token-revoke"),
    path("users/", users.user_list, name="user-list"),
    path("users/new/", users.user_create, name="user-create"),
    path("users/<int:pk>/", users.user_detail, name="user-detail"),
    path("users/<int:pk>/password/", users.user_password_reset, name="user-password-reset"),
    path("users/<int:pk>/active/", users.user_activate, name="user-activate"),
    path("users/<int:pk>/postings/", users.posting_open, name="posting-open"),
    path("postings/<int:pk>/close/", users.posting_close, name="posting-close"),
    path("roles/", users.role_list, name="role-list"),
    path("audit/", audit.audit_list, name="audit-list"),
]
