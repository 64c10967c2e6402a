"""What pages say about credits: how many are left for whoever looks, and who decides about more."""

from collections.abc import Sequence

from django import template
from django.template import Context

from suno_web.accounts.models import User
from suno_web.credits.budgets import Tightest
from suno_web.studio.context import Frame
from suno_web.studio.models import Project

register = template.Library()

MOST_NAMES = 3
_OF = {"member": "your budget", "project": "this project’s budget", "team": "the team’s credits"}


@register.simple_tag(takes_context=True)
def tightest(context: Context) -> Tightest | None:
    """What this member can spend in the project that the page is about, or in any."""
    frame, project = context.get("frame"), context.get("project")
    if not isinstance(frame, Frame):
        return None
    return frame.tightest(project.pk if isinstance(project, Project) else None)


@register.filter
def of_what(least: Tightest) -> str:
    """Whose limit it is: your budget."""
    return _OF[least.whose]


@register.filter
def names(people: Sequence[User]) -> str:
    """People as a sentence lists them: Alice, Bob and 2 more."""
    called = [str(one) for one in people[:MOST_NAMES]]
    if more := len(people) - len(called):
        called.append(f"{more} more")
    return " and ".join(filter(None, [", ".join(called[:-1]), called[-1]])) if called else ""
