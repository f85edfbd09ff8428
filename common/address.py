"""The address at which phones and people outside reach this system."""

from django.conf import settings
from django.http import HttpRequest


def public_base(request: HttpRequest) -> str:
    """ "https://host": PUBLIC_URL where it is set, else the address at which this request came. For what is printed: the
    request that prints may come from inside, the phone that reads it does not."""
    return str(settings.PUBLIC_URL) or str(request.build_absolute_uri("/")).rstrip("/")
