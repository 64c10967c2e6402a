"""Secrets that travel in links: shown once, stored only as a digest."""

import hashlib
import secrets


def new() -> str:
    """A token nobody can guess, safe in an address."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is stored and looked up. The token has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
