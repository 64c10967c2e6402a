"""What the ids and addresses in a request mean: rows of the key's project. Anything else is unknown."""

from collections.abc import Collection
from uuid import UUID

from suno_web.gateway import addresses
from suno_web.gateway.addresses import Kind
from suno_web.gateway.models import ApiKey
from suno_web.studio import calls, processing
from suno_web.studio.models import Asset, Generation, Persona, Project, Track, Upload
from suno_web.suno import errors
from suno_web.suno.states import outcome

Operation = Generation.Operation
UNKNOWN = "Record does not exist"


def generation(key: ApiKey, task_id: str, operations: Collection[str]) -> Generation | None:
    """The task of the key's project, if it is of one of these operations. None for strangers and other families."""
    if (pk := as_uuid(task_id)) is None:
        return None
    rows = Generation.objects.select_related("call").filter(pk=pk, project=key.project_id).order_by()
    found = next(iter(rows), None)
    return found if found and found.operation in operations else None


def track(key: ApiKey, audio_id: str, task_id: str | None = None) -> Track | None:
    """The take of the key's project; of this very task where the request names one."""
    pk = as_uuid(audio_id)
    of = None if task_id is None else as_uuid(task_id)
    if pk is None or (task_id is not None and of is None):
        return None
    rows = Track.objects.select_related("generation__project__team").filter(
        pk=pk, generation__project=key.project_id
    )
    return (rows if of is None else rows.filter(generation=of)).first()


def finished_track(key: ApiKey, audio_id: str, task_id: str) -> Track:
    """The take that something can be made of. Raises errors.Invalid, as for a record that does not exist."""
    found = track(key, audio_id, task_id)
    if found is None:
        raise errors.Invalid(UNKNOWN)
    must_be_possible(found)
    return found


def finished_song(key: ApiKey, task_id: str) -> Track:
    """The first take of a finished music task. Raises errors.Invalid."""
    task = generation(key, task_id, calls.MAKING_TAKES)
    found = task and task.tracks.select_related("generation__project__team").first()
    if not found:
        raise errors.Invalid(UNKNOWN)
    must_be_possible(found)
    return found


def must_be_possible(source: Track) -> None:
    if problem := processing.obstacle(source):
        raise errors.Invalid(problem)


def is_being_made(source: Track) -> bool:
    """Whether the provider is still at work on the take."""
    of = source.generation
    return not of.is_finished and outcome(of.stage or "PENDING") == "running"


def stem(key: ApiKey, separation: Generation, audio_id: str) -> Asset:
    """One stem of a separation. Raises errors.Invalid."""
    pk = as_uuid(audio_id)
    found = separation.assets.filter(pk=pk, kind=Asset.Kind.STEM).first() if pk else None
    if not found:
        raise errors.Invalid(UNKNOWN)
    return found


def persona(project: Project, persona_id: str) -> str:
    """The provider's name of a persona of the project. Raises errors.Invalid."""
    pk = as_uuid(persona_id)
    found = Persona.objects.filter(project=project, pk=pk).first() if pk else None
    if not found:
        raise errors.Invalid("personaId is invalid")
    return found.persona_id


def audio_at(key: ApiKey, url: str) -> Track | Upload | None:
    """The take or upload of the key's project that one of our addresses leads to; None for somebody else's address.

    Raises errors.Invalid for an address of ours that leads elsewhere.
    """
    claim = addresses.claim_of(url)
    if claim is None:
        return None
    found: Track | Upload | None = None
    if claim.kind == Kind.UPLOAD:
        found = Upload.objects.filter(pk=claim.id, project=key.project_id).first()
    elif claim.kind in (Kind.AUDIO, Kind.STREAM):
        found = Track.objects.filter(pk=claim.id, generation__project=key.project_id).first()
    if found is None:
        raise errors.Invalid("uploadUrl is invalid")
    return found


def is_ours(key: ApiKey, url: str) -> bool:
    """Whether an address leads to a file of the key's project."""
    claim = addresses.claim_of(url)
    if claim is None:
        return False
    if claim.kind == Kind.UPLOAD:
        return Upload.objects.filter(pk=claim.id, project=key.project_id).exists()
    rows = Asset.objects if claim.kind == Kind.ASSET else Track.objects
    return rows.filter(pk=claim.id, generation__project=key.project_id).exists()


def as_uuid(text: str) -> UUID | None:
    """The id, however it is written; None if it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
