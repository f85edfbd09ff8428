"""API authentication: session with CSRF for our pages, expiring tokens for programs. 401 as JSON, never a redirect."""

from django.utils import timezone
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from accounts.models import ApiToken, User
from accounts.tokens import token_in_use
from common.reference import note_user


class SessionAuthentication(authentication.SessionAuthentication):
    def authenticate_header(self, request: Request) -> str:
        return "Session"


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Token xxx`."""

    keyword = "token"

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """None when no token is offered; a token that is wrong, revoked or expired is refused, never ignored."""
        head, _, plain = authentication.get_authorization_header(request).decode("latin-1").partition(" ")
        if head.lower() != self.keyword:
            return None
        token = token_in_use(plain.strip(), now=timezone.now())
        if token is None:
            raise exceptions.AuthenticationFailed("令牌无效或已过期。", code="bad_token")
        note_user(token.user_id)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Token realm="api"'
