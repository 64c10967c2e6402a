"""Full addresses for links that leave the page: in mails, on the terminal, to be copied."""

from django.conf import settings
from django.http import HttpRequest


def public(path: str) -> str:
    """The address others reach this path at. Never taken from a request: its Host header can be anything."""
    return f"{settings.BASE_URL}{path}"


def as_seen_by(request: HttpRequest, path: str) -> str:
    """The address for the person who asked: theirs works even when the operator did not set a public one."""
    return public(path) if settings.PUBLIC_URL else request.build_absolute_uri(path)
