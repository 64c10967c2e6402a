"""Mail to people, where the operator has named a mail server."""

from collections.abc import Iterable, Mapping, Sequence
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string

# A mail server that does not answer must not keep whoever waits for it.
PATIENCE = 10


def can_mail() -> bool:
    """Whether mail reaches people. Printed to a log, it would only leave secrets there."""
    return not settings.EMAIL_BACKEND.endswith(("console.EmailBackend", "dummy.EmailBackend"))


def letter(to: Sequence[str], *, subject: str, template: str, context: Mapping[str, Any]) -> EmailMessage:
    """One plain text, not sent yet."""
    # A subject is one line: what people type may have more.
    return EmailMessage(" ".join(subject.split()), render_to_string(template, dict(context)), to=list(to))


def send(letters: Iterable[EmailMessage]) -> int:
    """Send letters over one connection, and return how many the mail server took. Not for inside a transaction."""
    if not can_mail():
        return 0
    taken = 0
    try:
        with get_connection(timeout=PATIENCE) as server:
            for one in letters:
                taken += bool(server.send_messages([one]))
    except (OSError, SMTPException):
        # The rest would meet the same server.
        return taken
    return taken
