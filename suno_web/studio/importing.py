"""Bring here what was made elsewhere with the same provider account: by the id of its task, free of charge."""

import json
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from suno_web.accounts.models import User
from suno_web.studio import following, history, provider
from suno_web.studio.models import Generation, Project
from suno_web.suno import schemas
from suno_web.suno.errors import SunoError

Operation, Status = Generation.Operation, Generation.Status


class CannotImport(ValueError):
    """A task that cannot be brought here. Its text is for the member; generation: the one that has it already."""

    def __init__(self, message: str, generation: Generation | None = None) -> None:
        self.generation = generation
        super().__init__(message)


def bring(project: Project, *, by: User, task_id: str) -> Generation:
    """Follow a music task of the team's provider as if it had been asked for here. Raises CannotImport."""
    task_id = task_id.strip()
    at = provider.connection(project.team)
    if there := Generation.objects.filter(provider_url=at.base_url, task_id=task_id).first():
        raise _already_here(there, project)
    record = _record(project, task_id)
    try:
        generation = _begin(project, record, by=by, task_id=task_id, provider_url=at.base_url)
    except IntegrityError as problem:
        raise CannotImport("This task has just been brought to the studio.") from problem
    following.apply(generation, record)
    generation.refresh_from_db()
    return generation


def _already_here(there: Generation, project: Project) -> CannotImport:
    if there.project.team_id != project.team_id:
        return CannotImport("This task belongs to somebody else’s work.")
    return CannotImport(f"This task is in the studio already, in “{there.project.name}”.", there)


def _record(project: Project, task_id: str) -> schemas.MusicRecord:
    try:
        record = provider.client(project.team).music_record(task_id)
    except SunoError as problem:
        raise CannotImport(f"The provider did not answer: {problem}") from problem
    if record is None:
        raise CannotImport(
            "The provider knows no song with this id. It keeps its records for two months, and shows only those "
            "made with the team’s own key."
        )
    return record


@transaction.atomic
def _begin(
    project: Project, record: schemas.MusicRecord, *, by: User, task_id: str, provider_url: str
) -> Generation:
    request = _request(record)
    known = record.operation_type in Operation.values
    generation = Generation.objects.create(
        project=project,
        requested_by=by,
        operation=record.operation_type if known else Operation.GENERATE,
        model=str(request.get("model") or "")[:20],
        title=str(request.get("title") or "")[:80],
        request=request,
        status=Status.WAITING,
        task_id=task_id[:100],
        provider_url=provider_url,
        is_imported=True,
        next_poll_at=timezone.now(),
    )
    history.note(generation, "Brought here by its id", {"taskId": task_id})
    history.announce(generation, is_new=True)
    return generation


def _request(record: schemas.MusicRecord) -> dict[str, Any]:
    """What was asked for, without the address that another program was called back at."""
    try:
        asked = json.loads(record.param or "{}")
    except ValueError:
        return {}
    if not isinstance(asked, dict):
        return {}
    return {name: value for name, value in asked.items() if name != "callBackUrl"}
