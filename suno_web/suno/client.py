"""Asking a provider of the Suno API: kie.ai, the engine, or anything else that keeps the contract.

Every method may raise `errors.Refused` (the answer was no) or `errors.Unanswered` (nobody answered). What
creates something is sent once: it is repeated only after a refusal for asking too fast, which is certain not
to have started it.
"""

import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, TypeVar

from requests_toolbelt import MultipartEncoder

from suno_web.suno import operations, schemas
from suno_web.suno.operations import Operation
from suno_web.suno.transport import Content, Exchange, Transport

__all__ = ["Client", "Exchange"]

RecordT = TypeVar("RecordT", bound=schemas.Record)
RequestT = TypeVar("RequestT", bound=schemas.Request)


class Client(Transport):
    """One provider with one key. Threads may share it.

    base_url: with or without `/api/v1` at its end; upload_url: where files go, by default the same. budget:
    seconds to spend on waiting, for the rate and after "too fast", before giving up with RateLimited. watch:
    told of every exchange.
    """

    def create(
        self, operation: Operation[RequestT, schemas.TaskCreated], request: RequestT
    ) -> schemas.TaskCreated:
        """Start anything that becomes a task and return the task to follow. Costs `operation.price_of`."""
        return self._made(operation, request)

    def record(self, operation: Operation[schemas.TaskQuery, RecordT], task_id: str) -> RecordT | None:
        """State and result of a task by its family's call; None when the provider knows no such task."""
        return self._call(operation, schemas.TaskQuery(task_id=task_id))

    def generate(self, song: schemas.GenerateRequest) -> schemas.TaskCreated:
        """Start a song."""
        return self.create(operations.GENERATE, song)

    def extend(self, wish: schemas.ExtendRequest) -> schemas.TaskCreated:
        """Continue a track of the provider."""
        return self.create(operations.EXTEND, wish)

    def upload_cover(self, wish: schemas.UploadCoverRequest) -> schemas.TaskCreated:
        """An upload in another style."""
        return self.create(operations.UPLOAD_COVER, wish)

    def upload_extend(self, wish: schemas.UploadExtendRequest) -> schemas.TaskCreated:
        """Continue an upload."""
        return self.create(operations.UPLOAD_EXTEND, wish)

    def add_instrumental(self, wish: schemas.AddInstrumentalRequest) -> schemas.TaskCreated:
        """Backing for an uploaded voice."""
        return self.create(operations.ADD_INSTRUMENTAL, wish)

    def add_vocals(self, wish: schemas.AddVocalsRequest) -> schemas.TaskCreated:
        """Vocals over an uploaded instrumental."""
        return self.create(operations.ADD_VOCALS, wish)

    def replace_section(self, wish: schemas.ReplaceSectionRequest) -> schemas.TaskCreated:
        """New bars in place of some of a track."""
        return self.create(operations.REPLACE_SECTION, wish)

    def mashup(self, wish: schemas.MashupRequest) -> schemas.TaskCreated:
        """Two uploads in one song."""
        return self.create(operations.MASHUP, wish)

    def sounds(self, wish: schemas.SoundsRequest) -> schemas.TaskCreated:
        """A sound effect or a loop."""
        return self.create(operations.SOUNDS, wish)

    def music_record(self, task_id: str) -> schemas.MusicRecord | None:
        """State and tracks of a music task; None when the provider knows no such task."""
        return self.record(operations.MUSIC_RECORD, task_id)

    def lyrics(self, wish: schemas.LyricsRequest) -> schemas.TaskCreated:
        """Start writing lyrics."""
        return self.create(operations.LYRICS, wish)

    def lyrics_record(self, task_id: str) -> schemas.LyricsRecord | None:
        """State and variants of a lyrics task."""
        return self.record(operations.LYRICS_RECORD, task_id)

    def boost_style(self, content: str) -> schemas.BoostedStyle:
        """A richer style text, at once. Costs provider credits."""
        return self._made(operations.BOOST_STYLE, schemas.StyleRequest(content=content))

    def timestamped_lyrics(self, task_id: str, audio_id: str) -> schemas.TimestampedLyrics:
        """When each word of a track is sung, at once. Costs provider credits."""
        return self._made(
            operations.TIMESTAMPED_LYRICS, schemas.AudioQuery(task_id=task_id, audio_id=audio_id)
        )

    def persona(self, wish: schemas.PersonaRequest) -> schemas.Persona:
        """A persona from a finished track, at once. Raises Duplicate when the track has one."""
        return self._made(operations.PERSONA, wish)

    def wav(self, wish: schemas.WavRequest) -> schemas.TaskCreated:
        """Start a WAV file. Raises Duplicate when there is one."""
        return self.create(operations.WAV, wish)

    def wav_record(self, task_id: str) -> schemas.WavRecord | None:
        """State and address of a WAV file."""
        return self.record(operations.WAV_RECORD, task_id)

    def stems(self, wish: schemas.StemsRequest) -> schemas.TaskCreated:
        """Start taking a track apart. Every call is charged."""
        return self.create(operations.STEMS, wish)

    def stems_record(self, task_id: str) -> schemas.StemsRecord | None:
        """State and addresses of stems."""
        return self.record(operations.STEMS_RECORD, task_id)

    def midi(self, wish: schemas.MidiRequest) -> schemas.TaskCreated:
        """Start writing down the notes of a finished separation."""
        return self.create(operations.MIDI, wish)

    def midi_record(self, task_id: str) -> schemas.MidiRecord | None:
        """State and notes of a transcription."""
        return self.record(operations.MIDI_RECORD, task_id)

    def video(self, wish: schemas.VideoRequest) -> schemas.TaskCreated:
        """Start a music video."""
        return self.create(operations.VIDEO, wish)

    def video_record(self, task_id: str) -> schemas.VideoRecord | None:
        """State and address of a video."""
        return self.record(operations.VIDEO_RECORD, task_id)

    def cover_images(self, wish: schemas.CoverRequest) -> schemas.TaskCreated:
        """Start cover images. A repeat is refused; `data` of the error names the task there is."""
        return self.create(operations.COVER_IMAGES, wish)

    def cover_record(self, task_id: str) -> schemas.CoverRecord | None:
        """State and addresses of cover images."""
        return self.record(operations.COVER_RECORD, task_id)

    def credits(self) -> Decimal:
        """Credits left on the account."""
        return self._made(operations.CREDITS, schemas.Nothing())

    def download_url(self, url: str) -> str:
        """A link for 20 minutes to a file the provider made."""
        return self._made(operations.DOWNLOAD_URL, schemas.DownloadUrlRequest(url=url))

    def upload(self, source: Path | str | BinaryIO, *, folder: str, name: str = "") -> schemas.UploadedFile:
        """Upload a file as a stream, a block at a time. source: a path, or an open file that can seek.

        name: with its ending; by default the source's own.
        """
        name = name or Path(str(getattr(source, "name", "") or source)).name
        sent = {"uploadPath": folder, "fileName": name}

        @contextmanager
        def opening() -> Iterator[Content]:
            with Path(source).open("rb") if isinstance(source, Path | str) else nullcontext(source) as file:
                file.seek(0)
                kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
                form = MultipartEncoder({**sent, "file": (name, file, kind)})
                yield Content(form, form.content_type)

        return self._had(operations.UPLOAD_STREAM, self._insist(operations.UPLOAD_STREAM, sent, opening))

    def upload_url(self, url: str, *, folder: str, name: str = "") -> schemas.UploadedFile:
        """Have the provider fetch a file itself."""
        wish = schemas.UrlUploadRequest(file_url=url, upload_path=folder, file_name=name)
        return self._made(operations.UPLOAD_URL, wish)

    def upload_base64(self, data: str, *, folder: str, name: str = "") -> schemas.UploadedFile:
        """Upload a small file (10 MB) as text. data: bare Base64 or a data URL."""
        wish = schemas.Base64UploadRequest(base64_data=data, upload_path=folder, file_name=name)
        return self._made(operations.UPLOAD_BASE64, wish)
