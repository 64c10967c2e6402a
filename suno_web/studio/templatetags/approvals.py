"""What rows and cards need to know about who decides."""

from django import template
from django.http import HttpRequest

from suno_web.studio import approving
from suno_web.studio.models import Project

register = template.Library()


@register.simple_tag(takes_context=True)
def decides(context: template.Context, project: Project) -> bool:
    """Whether whoever looks decides for the project. Asked once a request, and only where something waits."""
    request: HttpRequest = context["request"]
    known: dict[object, bool] = request.__dict__.setdefault("_decides", {})
    if project.pk not in known:
        known[project.pk] = approving.is_led_by(request.user, project)  # type: ignore[arg-type]
    return known[project.pk]
