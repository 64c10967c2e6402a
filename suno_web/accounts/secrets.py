"""Secrets at rest: encrypted with a key that follows from the installation's secret key."""

import base64
import hashlib
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import models


def _fernet() -> Fernet:
    digest = hashlib.sha256(b"provider keys:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def encrypt(plain: str) -> str:
    """The text as a Fernet token; an empty text stays empty."""
    return _fernet().encrypt(plain.encode()).decode() if plain else ""


def decrypt(token: str) -> str:
    """The text again; empty under another secret key, so that it must be entered anew."""
    try:
        return _fernet().decrypt(token.encode()).decode() if token else ""
    except InvalidToken:
        return ""


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """A text that is plain in Python and encrypted in the database."""

    def get_prep_value(self, value: Any) -> Any:
        return encrypt(value) if value else ""

    def from_db_value(self, value: str | None, *_: object) -> str:
        return decrypt(value or "")
