"""What can go wrong when a provider is asked, one class per decision the asker takes.

`Refused` means the answer was no: nothing was made and nothing is owed. `Unanswered` means that none came:
after `maybe_accepted` the work may be under way and paid for. `str(error)` is written for members.
"""

from typing import Any


class SunoError(Exception):
    """Root of this package. `try_again`: whether asking later, unchanged, may succeed."""

    try_again = False
    advice = "The music provider could not do this."

    def __str__(self) -> str:
        return self.advice


class Refused(SunoError):
    """The provider said no. code: the envelope's, msg: its own words, data: what came with it, nearly always None."""

    code = 422
    default = "The request was refused"

    def __init__(self, msg: str = "", *, code: int | None = None, data: Any = None) -> None:
        self.code = self.code if code is None else code
        self.data = data
        self.msg = msg or self.default
        super().__init__(self.msg)

    def __str__(self) -> str:
        if self.msg == self.default:
            return self.advice
        return f"{self.advice} The provider says: “{self.msg}” (code {self.code})."


class Unauthorized(Refused):
    """The key is missing, wrong or not allowed to do this."""

    code = 401
    default = "You do not have access permissions"
    advice = "The music provider does not accept the team's API key. An admin can correct it in the settings."


class OutOfCredits(Refused):
    """The account at the provider cannot pay for this."""

    code = 402
    default = "The current credits are insufficient. Please top up."
    advice = "The team's account at the music provider has too few credits. Nothing was charged."


class NotFound(Refused):
    """The provider knows no such path or resource."""

    code = 404
    default = "Not found"
    advice = "The music provider does not know what was asked for. It may have been deleted there."


class Misdirected(Refused):
    """Whoever answers at the provider's address does not speak the Suno API there."""

    code = 404
    advice = "The music provider's address is not right. An admin can correct it in the settings."


class Duplicate(Refused):
    """This was made before and exists."""

    code = 409
    default = "Record already exists"
    advice = "The music provider has made this already."


class Invalid(Refused):
    """The request breaks a rule of the contract: change it before asking again."""

    code = 422
    default = "Parameter error"
    advice = "The music provider did not accept these settings. Change them and try again."


class Unfetchable(Refused):
    """The provider could not load the file it was pointed at."""

    code = 451
    default = "The referenced file could not be fetched"
    advice = "The music provider could not load the file. Check that it is still there, then try again."


class RateLimited(Refused):
    """Asked too often. The client has waited already; wait longer."""

    code = 429
    default = "Too many requests"
    try_again = True
    advice = "The music provider is getting too many requests from this team. Wait a moment and try again."


class CapReached(RateLimited):
    """The key has used up what its owner allows it. Waiting may help, asking at once does not."""

    code = 433
    default = "The usage limit of this key has been reached"
    advice = "The team's key has reached its limit at the music provider. Wait, or ask its owner for more."


class Disabled(Refused):
    """The provider does not offer this now."""

    code = 505
    default = "This feature is disabled"
    advice = "The music provider has switched this off. Nothing was charged."


class Unavailable(Refused):
    """The provider is in trouble or under maintenance."""

    code = 500
    default = "Internal Error - Please try again later"
    try_again = True
    advice = "The music provider is having trouble. Nothing was charged; try again in a few minutes."


class Maintenance(Unavailable):
    """The provider is being worked on."""

    code = 455
    default = "The service is under maintenance. Please try again later"
    advice = "The music provider is under maintenance. Nothing was charged; try again later."


class Unanswered(SunoError):
    """Nobody answered, or not readably. maybe_accepted: the request may have been taken all the same."""

    try_again = True

    def __init__(self, reason: str, *, maybe_accepted: bool) -> None:
        self.reason, self.maybe_accepted = reason, maybe_accepted
        super().__init__(reason)

    def __str__(self) -> str:
        if self.maybe_accepted:
            return f"The music provider's answer was lost ({self.reason}). It may still be working on this."
        return f"The music provider cannot be reached ({self.reason}). Nothing was charged; try again."


_BY_CODE: dict[int, type[Refused]] = {
    400: Invalid, 413: Invalid, 422: Invalid,
    401: Unauthorized, 403: Unauthorized,
    402: OutOfCredits,
    404: NotFound,
    409: Duplicate,
    451: Unfetchable,
    405: RateLimited, 429: RateLimited, 430: RateLimited, 433: CapReached,
    408: Unavailable, 455: Maintenance, 500: Unavailable, 501: Unavailable, 531: Unavailable,
    505: Disabled,
}  # fmt: skip


def refusal(code: int, msg: str, data: Any = None) -> Refused:
    """The error for an envelope whose code is not 200."""
    kind = _BY_CODE.get(code, Refused)
    # Some endpoints refuse an empty account with the code of a rate limit; waiting would never help.
    if issubclass(kind, RateLimited) and "credit" in msg.lower():
        kind = OutOfCredits
    return kind(msg, code=code, data=data)
