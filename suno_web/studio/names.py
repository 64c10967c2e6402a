"""What things are called: files that people keep, requests and whoever made them."""

import re

from suno_web.accounts.models import User
from suno_web.studio.models import Generation

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


def file_name(title: str) -> str:
    """A title as a file's name, without its ending, on every system."""
    return _FORBIDDEN.sub(" ", title).strip(" .")[:120] or "Untitled"


def person(user: User | None) -> str:
    """Who it was, also when they are gone."""
    return user.display_name if user else "A former member"


def request(generation: Generation) -> str:
    """What was asked for: song “Low tide”."""
    return f"{generation.get_operation_display()} “{generation.title or 'Untitled'}”"
