"""Personas: the voice and manner of a take, kept to make more in."""

from typing import Any

from django.db import IntegrityError, transaction

from suno_web.engine import musician
from suno_web.engine.models import Account, Persona, Track
from suno_web.engine.sourcing import Unusable, take_of
from suno_web.suno import errors, schemas

# Whose takes a persona may be made of: the calls that take one.
SINGING = ("generate", "extend", "upload_cover", "upload_extend")
TOO_OLD = "V3_5"


def create(account: Account, asked: schemas.PersonaRequest) -> schemas.Persona:
    """Keep the voice and manner of a finished take, once."""
    track = take_of(account, asked.audio_id)
    if track is None or track.task_id != asked.task_id:
        raise errors.Invalid("Record does not exist")
    if not track.task.is_finished or track.state != Track.State.DONE:
        raise errors.Invalid("The music is not finished yet")
    if track.task.operation not in SINGING or track.task.request.get("model") == TOO_OLD:
        raise errors.Invalid("No persona can be made of this track")
    if asked.vocal_start >= track.seconds:
        raise errors.Invalid(
            f"vocalStart must be less than the length of the track, {track.seconds:g} seconds"
        )
    try:
        with transaction.atomic():
            made = Persona.objects.create(
                account=account,
                track=track,
                name=asked.name,
                description=asked.description,
                style=asked.style,
                start_s=asked.vocal_start,
                end_s=min(asked.vocal_end, track.seconds),
                plan=track.plan,
            )
    except IntegrityError as exc:
        raise errors.Duplicate("Persona already exists") from exc
    return schemas.Persona(persona_id=made.pk, name=made.name, description=made.description)


def traits_of(account: Account, persona_id: str) -> dict[str, Any]:
    """What makes a persona, drawn from its take when it is first needed. Raises Unusable."""
    persona = Persona.objects.filter(account=account, pk=persona_id).first()
    if not persona:
        raise Unusable("There is no persona with this personaId.")
    if persona.traits is None:
        traits = musician.traits(musician.work_of(persona.plan), persona.start_s, persona.end_s)
        persona.traits = traits | {"style": persona.style or traits["style"]}
        persona.save(update_fields=["traits"])
    return persona.traits
