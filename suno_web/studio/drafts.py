"""What a member has typed into a project's create forms: kept on the server, so that no closed tab loses it."""

from collections.abc import Mapping
from typing import Any

from suno_web.accounts.models import User
from suno_web.studio.models import Draft, Project

SONG = "song"
FIELDS = (
    "mode", "idea", "lyrics", "instrumental", "model", "style", "title", "negative_tags", "vocal_gender",
    "style_weight", "weirdness_constraint", "audio_weight", "persona", "theme", "lyrics_before",
    "source", "second_source", "words", "continue_at", "start", "end", "full_lyrics",
    "prompt", "loop", "tempo", "key", "with_lyrics",
)  # fmt: skip
# Far more than any model takes: a draft may be over the limit, but not a way to fill the disk.
LONGEST = 20_000


def keep(project: Project, *, by: User, typed: Mapping[str, Any], tab: str = SONG) -> None:
    """Remember the form of a tab as typed, right or wrong. An unchecked box is absent and so forgotten."""
    fields = {name: str(typed[name])[:LONGEST] for name in FIELDS if typed.get(name) not in (None, "")}
    all_tabs = _all(project, by)
    tabs = {name: kept for name, kept in all_tabs.items() if isinstance(kept, dict)}
    song = {name: value for name, value in all_tabs.items() if not isinstance(value, dict)}
    changed = fields | tabs if tab == SONG else song | tabs | {tab: fields}
    Draft.objects.update_or_create(project=project, user=by, defaults={"fields": changed})


def change(project: Project, *, by: User, tab: str = SONG, **fields: str) -> None:
    """Change single fields of a draft and leave the others."""
    keep(project, by=by, typed=kept(project, by=by, tab=tab) | fields, tab=tab)


def kept(project: Project, *, by: User, tab: str = SONG) -> dict[str, Any]:
    """The draft of a tab as initial values of its form; empty without one."""
    fields = _all(project, by)
    if tab != SONG:
        return dict(fields.get(tab) or {})
    return {name: value for name, value in fields.items() if not isinstance(value, dict)}


def _all(project: Project, by: User) -> dict[str, Any]:
    """The song's fields, and beside them those of each other tab under its name."""
    draft = Draft.objects.filter(project=project, user=by).first()
    return dict(draft.fields) if draft else {}
