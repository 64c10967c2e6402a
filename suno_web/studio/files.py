"""The files a provider makes of a take: what a record tells of them becomes assets, fetched later."""

from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from suno_web import background, midifile
from suno_web.studio import archiving
from suno_web.studio.models import Asset, Generation, Track
from suno_web.suno import schemas

Record = (
    schemas.WavRecord | schemas.StemsRecord | schemas.MidiRecord | schemas.VideoRecord | schemas.CoverRecord
)
Kind, Operation = Asset.Kind, Generation.Operation

NOTHING: dict[str, str] = {
    Operation.WAV: "The provider says it is done but sent no WAV.",
    Operation.STEMS: "The provider says it is done but sent no stems.",
    Operation.MIDI: "The provider found no notes in these stems.",
    Operation.VIDEO: "The provider says it is done but sent no video.",
    Operation.COVER_IMAGES: "The provider says it is done but sent no images.",
}


def keep(generation: Generation, record: Record) -> bool:
    """Write down the files of a finished record and have them fetched. False if it names none.

    Call it in the transaction that ends the generation; the same record again adds nothing.
    """
    source = generation.inputs.select_related("track").first()
    track = source.track if source else None
    match record:
        case schemas.WavRecord():
            return _fetch_later(generation, track, Kind.WAV, {"": record.audio_url})
        case schemas.StemsRecord():
            ids = {one.audio_url: one.id for one in record.response.origin_data} if record.response else {}
            return _fetch_later(generation, track, Kind.STEM, record.stems, ids)
        case schemas.VideoRecord():
            return _fetch_later(generation, track, Kind.VIDEO, {"": record.video_url})
        case schemas.CoverRecord():
            images = {str(number): url for number, url in enumerate(record.images, start=1)}
            return _fetch_later(generation, track, Kind.IMAGE, images)
        case schemas.MidiRecord():
            return _write_notes(generation, track, record)


def progress(record: Record) -> float | None:
    """0-1 where the provider says how far it is."""
    said = record.progress if isinstance(record, schemas.VideoRecord) else None
    return None if said is None else max(0.0, min(1.0, said))


def for_the_timeline(record: Record) -> dict[str, Any]:
    """The record as the job page shows it; notes are counted, there may be thousands."""
    told = record.wire()
    if isinstance(record, schemas.MidiRecord):
        told["midiData"] = {one.name: f"{len(one.notes)} notes" for one in record.instruments}
    return told


def _fetch_later(
    generation: Generation,
    track: Track | None,
    kind: Asset.Kind,
    urls: dict[str, str],
    audio_ids: dict[str, str] | None = None,
) -> bool:
    found = {name: url for name, url in urls.items() if url}
    for name, url in found.items():
        asset, is_new = Asset.objects.get_or_create(
            generation=generation,
            kind=kind,
            name=name[:40],
            defaults={
                "track": track,
                "url": url,
                "audio_id": (audio_ids or {}).get(url, "")[:100],
                "archive_at": timezone.now(),
            },
        )
        if is_new:
            background.enqueue(archiving.archive_asset, str(asset.pk))
    return bool(found)


def _write_notes(generation: Generation, track: Track | None, record: schemas.MidiRecord) -> bool:
    """Notes come in the record itself: the file of them is ours at once."""
    instruments = [one for one in record.instruments if one.notes]
    if not instruments:
        return False
    name = str(generation.settings.get("stem") or "")
    if Asset.objects.filter(generation=generation, kind=Kind.MIDI, name=name).exists():
        return True
    content = midifile.written([one.wire() for one in instruments])
    asset = Asset(
        generation=generation,
        track=track,
        kind=Kind.MIDI,
        name=name,
        content_type="audio/midi",
        bytes=len(content),
        sha256=archiving.sha256_of(content),
        archived_at=timezone.now(),
    )
    asset.file.save("notes.mid", ContentFile(content), save=False)
    asset.save()
    # Programs are told the notes themselves.
    Generation.objects.filter(pk=generation.pk).update(
        result={"instruments": [one.wire() for one in instruments]}
    )
    return True
