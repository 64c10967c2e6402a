"""What a member has typed into a project's create form: kept on the server, so that no closed tab loses it."""

from collections.abc import Mapping
from typing import Any

from suno_web.accounts.models import User
from suno_web.studio.models import Draft, Project

FIELDS = (
    "mode", "idea", "lyrics", "instrumental", "model", "style", "title", "negative_tags", "vocal_gender",
    "style_weight", "weirdness_constraint", "audio_weight", "theme", "lyrics_before",
)  # fmt: skip
# Far more than any model takes: a draft may be over the limit, but not a way to fill the disk.
LONGEST = 20_000


def keep(project: Project, *, by: User, typed: Mapping[str, Any]) -> None:
    """Remember the form as typed, right or wrong. An unchecked box is absent and so forgotten."""
    fields = {name: str(typed[name])[:LONGEST] for name in FIELDS if typed.get(name) not in (None, "")}
    Draft.objects.update_or_create(project=project, user=by, defaults={"fields": fields})


def change(project: Project, *, by: User, **fields: str) -> None:
    """Change single fields of a draft and leave the others."""
    keep(project, by=by, typed=kept(project, by=by) | fields)


def kept(project: Project, *, by: User) -> dict[str, Any]:
    """The draft as initial values of the form; empty without one."""
    draft = Draft.objects.filter(project=project, user=by).first()
    return dict(draft.fields) if draft else {}
