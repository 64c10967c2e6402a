"""What the create forms show: how long a text may be, and what it is made from."""

import json
from collections.abc import Mapping

from django import template
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString

from suno_web.studio import sources
from suno_web.studio.forms import TakeForm
from suno_web.studio.models import Track

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
