"""What the create forms show: how long a text may be, and what it is made from."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from uuid import UUID

from django import template
from django.forms import BoundField
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from suno_web.studio import sources
from suno_web.studio.forms import TakeForm
from suno_web.studio.models import Project, Track
from suno_web.studio.templatetags.studio import icon

register = template.Library()


@register.simple_tag
def count(field: BoundField) -> SafeString:
    """The counter under a text: with its limit, which may depend on the model."""
    form = field.form
    most = form.most(field.name) if isinstance(form, TakeForm) else None
    if isinstance(most, Mapping):
        limits = json.dumps(dict(most), separators=(",", ":"))
        counter = '<char-count for="{}" limits="{}" by="id_model"></char-count>'
        return format_html(counter, field.id_for_label, limits)
    if most:
        return format_html('<char-count for="{}" limit="{}"></char-count>', field.id_for_label, most)
    return SafeString("")


# Tab, what the link says, its icon; the last is for takes alone.
_STARTS = (
    ("extend", "Extend", "step-forward"),
    ("cover", "Cover", "copy-plus"),
    ("vocals", "Add vocals", "mic"),
    ("backing", "Add backing", "guitar"),
    ("mashup", "Mashup", "combine"),
    ("replace", "Replace a part", "replace"),
)
_START = (
    '<li><a href="{page}?tab={tab}&amp;{kind}={pk}&amp;view=create" {shortcut} data-start hx-get="{form}?{kind}={pk}" '
    'hx-boost="false" hx-target="#create" hx-select="unset" hx-swap="outerHTML" '
    'hx-push-url="{page}?tab={tab}&amp;{kind}={pk}&amp;view=create">{icon}{label}</a></li>'
)


@register.simple_tag
def start_links(project: Project, source: sources.Source) -> SafeString:
    """Menu items that start an operation from a take or an upload.

    Written here and not in a template, because every row has six of them.
    """
    is_track = isinstance(source, Track)
    page, forms = _addresses(project.pk)
    links = [
        format_html(
            _START,
            page=page,
            tab=tab,
            kind="track" if is_track else "upload",
            pk=source.pk,
            form=forms[tab],
            shortcut=SafeString('data-shortcut="extend"') if tab == "extend" else "",
            icon=icon(sign),
            label=label,
        )
        for tab, label, sign in _STARTS
        if is_track or tab != "replace"
    ]
    return SafeString("".join(links))


@lru_cache(maxsize=64)
def _addresses(project_id: UUID) -> tuple[str, dict[str, str]]:
    """Where a project's page is, and each of its create forms."""
    forms = {tab: reverse("studio:create", args=[project_id, tab]) for tab, _, _ in _STARTS}
    return reverse("studio:project", args=[project_id]), forms


@register.filter
def takes(label: str, count: int) -> str:
    """What a button makes when it is pressed for several: "Create 2 takes" becomes "Create 6 takes"."""
    return re.sub(r"\b2\b", str(2 * count), label)


@register.filter
def is_take(source: object) -> bool:
    return isinstance(source, Track)


@register.filter
def reference(source: sources.Source) -> str:
    """How a form names it."""
    return sources.reference(source)


@register.filter
def source_of(field: BoundField) -> sources.Source | None:
    """What a field that names a source names."""
    found: dict[str, sources.Source | None] = getattr(field.form, "found", {})
    return found.get(field.name)
