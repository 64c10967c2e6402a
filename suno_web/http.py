"""What the middleware promises a view."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from suno_web.accounts.models import Membership, Team, User


class MemberRequest(HttpRequest):
    """A request by somebody logged in who belongs to a team."""

    user: User
    team: Team
    membership: Membership
    htmx: HtmxDetails
