"""A create form as it is first shown: from the draft, and from what the maker started it from."""

from collections.abc import Mapping
from typing import Any

from suno_web.http import MemberRequest
from suno_web.studio import drafts, sources
from suno_web.studio.forms import TABS, SourcedForm, Tab, TakeForm, new_form_key
from suno_web.studio.models import Project
from suno_web.studio.sources import Source


def tab_of(request: MemberRequest) -> Tab:
    """The tab that the address names; the song without one."""
    return TABS.get(request.GET.get("tab", ""), TABS["song"])


def form_of(request: MemberRequest, project: Project, tab: Tab) -> TakeForm:
    """The form of a tab, ready to be filled in."""
    initial = drafts.kept(project, by=request.user, tab=tab.name)
    if issubclass(tab.form, SourcedForm):
        initial = _from_source(request, project, tab.form, initial)
    mode = request.GET.get("mode", "")
    if mode in {"simple", "custom"}:
        initial |= {"mode": mode}
    return tab.form(initial=initial | {"form_key": new_form_key()}, project=project)


def with_source(
    form: type[SourcedForm], typed: Mapping[str, Any], field: str, source: Source, before: Source | None
) -> dict[str, Any]:
    """What is typed with another source in it: what came from the one before gives way, what was typed stays."""
    fields = dict(typed) | {field: sources.reference(source)}
    if field != "source":
        return fields
    was = form.filled_from(before) if before else {}
    for name, value in form.filled_from(source).items():
        if not fields.get(name) or str(fields.get(name)) == str(was.get(name, "")):
            fields[name] = value
    return {name: value for name, value in fields.items() if value not in (False, None)}


def _from_source(
    request: MemberRequest, project: Project, form: type[SourcedForm], initial: dict[str, Any]
) -> dict[str, Any]:
    """The draft, unless the address names another source: then what depends on it is filled in from that one."""
    asked = next((f"{kind}:{request.GET[kind]}" for kind in ("track", "upload") if kind in request.GET), "")
    source = sources.find(project, asked) if asked else None
    if source is None or initial.get("source") == sources.reference(source):
        return initial
    kept = {name: value for name, value in initial.items() if name not in form.from_source}
    return kept | form.filled_from(source) | {"source": sources.reference(source)}
