"""Lists of people to invite, as spreadsheets write them, and what is wrong with each line."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from suno_web.accounts.models import Invitation, Membership, Team
from suno_web.credits.fields import CreditsField

MOST = 500
COLUMNS = ("email", "name", "role", "budget")
# How the columns are called in files of others.
_CALLED = {
    "email": "email",
    "e-mail": "email",
    "mail": "email",
    "address": "email",
    "e-mail address": "email",
    "email address": "email",
    "name": "name",
    "full name": "name",
    "role": "role",
    "budget": "budget",
    "credits": "budget",
    "credits a month": "budget",
}
_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Guest:
    """A line of the list. Whoever has a problem is not invited; a note is only worth knowing."""

    line: int
    email: str
    name: str = ""
    role: str = Membership.Role.MAKER
    budget: Decimal | None = None
    problem: str = ""
    note: str = ""

    def get_role_display(self) -> str:
        return str(Membership.Role(self.role).label) if self.role in Membership.Role else self.role


def decoded(raw: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 as Excel's “Unicode text”, else what Windows writes in the West."""
    if raw.startswith(_MARKS):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def read(text: str, team: Team) -> list[Guest]:
    """Everybody in the list in its order, each with what is wrong with their line."""
    guests = [_guest(number, cells) for number, cells in _lines(text)]
    return _known(_alone(guests), team)


def trouble(guests: Sequence[Guest]) -> str:
    """Why a list as a whole cannot be shown; empty if it can."""
    if not guests:
        return "There is nobody in this list. The first column is the e-mail address."
    if len(guests) > 2 * MOST:
        return f"This list has {len(guests):,} lines. Put at most {MOST} people into one."
    return ""


def _lines(text: str) -> list[tuple[int, dict[str, str]]]:
    """Lines that say something, with their numbers, as cells by name of the column."""
    plain = text.removeprefix("\ufeff").replace("\0", "")
    first, _break, rest = plain.partition("\n")
    # Excel's own way to say how cells are divided.
    skipped = first.strip().lower().startswith("sep=")
    reader = csv.reader(io.StringIO(rest if skipped else plain, newline=""), delimiter=_divider(plain))
    columns: list[str] | None = None
    found = []
    for cells in _readable(reader):
        row = [" ".join(cell.split()) for cell in cells]
        if not any(row):
            continue
        if columns is None:
            columns = [_CALLED.get(cell.lower(), "") for cell in row]
            if "email" in columns:
                continue
            columns = []
        names = columns or (COLUMNS if len(row) > 2 else ("email", "role"))
        found.append((reader.line_num + skipped, dict(zip(names, row, strict=False))))
    return found


def _readable(reader: Iterable[list[str]]) -> Iterable[list[str]]:
    """Lines until one that is no CSV at all, such as a cell as long as a book."""
    try:
        yield from reader
    except csv.Error:
        return


def _divider(text: str) -> str:
    """What stands between cells: what the first line that says something has most of."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        return first.strip()[4]
    return max((",", ";", "\t"), key=first.count)


def _guest(line: int, cells: dict[str, str]) -> Guest:
    guest = Guest(
        line,
        email=cells.get("email", "").lower(),
        name=cells.get("name", "")[:80],
        role=cells.get("role", "").lower() or Membership.Role.MAKER,
    )
    try:
        validate_email(guest.email)
        if len(guest.email) > 254:
            raise ValidationError("long")
    except ValidationError:
        return replace(guest, problem="This is not an e-mail address.")
    if guest.role not in Membership.Role:
        return replace(guest, problem=f"There is no role “{guest.role}”. Use admin, maker or listener.")
    try:
        return replace(guest, budget=CreditsField(required=False).clean(cells.get("budget", "")))
    except ValidationError as problem:
        return replace(guest, problem=f"Budget: {problem.messages[0]}")


def _alone(guests: list[Guest]) -> list[Guest]:
    """Each address once, and no more of them than one list may have."""
    lines: dict[str, int] = {}
    checked = []
    for guest in guests:
        if not guest.problem and guest.email in lines:
            guest = replace(guest, problem=f"Twice in this list, first on line {lines[guest.email]}.")
        elif not guest.problem and len(lines) >= MOST:
            guest = replace(guest, problem=f"A list has {MOST} people at most. Put this one into the next.")
        elif not guest.problem:
            lines[guest.email] = guest.line
        checked.append(guest)
    return checked


def _known(guests: list[Guest], team: Team) -> list[Guest]:
    """With a problem for who is in the team, and a note for who is invited."""
    emails = {guest.email for guest in guests}
    members = _lower(team.memberships.filter(user__email__in=emails).values_list("user__email", flat=True))
    invited = _lower(
        Invitation.objects.open().filter(team=team, email__in=emails).values_list("email", flat=True)
    )
    former = _lower(team.departures.filter(user__email__in=emails).values_list("user__email", flat=True))
    return [_noted(guest, members=members, invited=invited, former=former) for guest in guests]


def _noted(guest: Guest, *, members: set[str], invited: set[str], former: set[str]) -> Guest:
    if guest.problem:
        return guest
    if guest.email in members:
        return replace(guest, problem="In the team already.")
    if guest.email in invited:
        return replace(guest, note="Invited already: gets a new link.")
    if guest.email in former:
        return replace(guest, note="Was in the team before: keeps the budget they had, if they had one.")
    return guest


def _lower(emails: Iterable[str]) -> set[str]:
    return {email.lower() for email in emails}
