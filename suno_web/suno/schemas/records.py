"""State and result of tasks, by family. `response` is None until there is something to show."""

from typing import Annotated, ClassVar

from suno_web.suno import states
from suno_web.suno.schemas.results import LISTED, Flag, Moment, Number, OptionalText, Result, Text, Whole
from suno_web.suno.states import Family


class Record(Result):
    """What all records have: the task, why it failed, and a state that each family names in its own words."""

    family: ClassVar[Family]

    task_id: Text = ""
    error_code: Flag = None
    error_message: OptionalText = None

    @property
    def status_word(self) -> str:
        """The family's own word or number for its state, as text."""
        return ""

    @property
    def outcome(self) -> states.Outcome:
        return states.outcome(self.status_word, self.family)

    @property
    def is_final(self) -> bool:
        return self.outcome != "running"

    @property
    def is_success(self) -> bool:
        return self.outcome == "success"

    @property
    def step(self) -> int:
        """0 to 3; a record with a lower step than one seen before is late and says nothing new."""
        return states.step(self.status_word, self.family)


class Track(Result):
    """One take. Which URLs are filled says how far it is: text, then stream, then audio."""

    id: Text = ""
    audio_url: Text = ""
    source_audio_url: Text = ""
    stream_audio_url: Text = ""
    source_stream_audio_url: Text = ""
    image_url: Text = ""
    source_image_url: Text = ""
    prompt: Text = ""
    model_name: Text = ""
    title: Text = ""
    tags: Text = ""
    create_time: Moment = None
    duration: Number = None


class MusicResponse(Result):
    """The tracks of a task."""

    task_id: Text = ""
    suno_data: Annotated[list[Track], LISTED] = []
    error_message: OptionalText = None


class MusicRecord(Record):
    """State and result of a music task. `response` is None while it is PENDING."""

    family = Family.MUSIC

    task_id: Text = ""
    parent_music_id: Text = ""
    param: Text = ""
    response: MusicResponse | None = None
    status: Text = ""
    type: Text = ""
    operation_type: Text = ""
    create_time: Moment = None

    @property
    def status_word(self) -> str:
        return self.status

    @property
    def tracks(self) -> list[Track]:
        return self.response.suno_data if self.response else []


class Lyrics(Result):
    """One set of lyrics. status: "complete" or "failed"."""

    text: Text = ""
    title: Text = ""
    status: Text = ""
    error_message: Text = ""


class LyricsResponse(Result):
    """The variants of a lyrics task."""

    task_id: Text = ""
    data: Annotated[list[Lyrics], LISTED] = []


class LyricsRecord(Record):
    """State and result of a lyrics task."""

    family = Family.LYRICS

    param: Text = ""
    response: LyricsResponse | None = None
    status: Text = ""
    type: Text = "LYRICS"

    @property
    def status_word(self) -> str:
        return self.status

    @property
    def variants(self) -> list[Lyrics]:
        return self.response.data if self.response else []


class ProcessingRecord(Record):
    """What the records of processed tracks share."""

    callback_url: OptionalText = None
    create_time: Moment = None
    complete_time: Moment = None


class TrackRecord(ProcessingRecord):
    """What was made of one track. music_id: its audio id; music_index: which of its task's takes, 0 or 1."""

    music_id: OptionalText = None
    music_index: Whole = None
    success_flag: Text = "PENDING"

    @property
    def status_word(self) -> str:
        return self.success_flag


class WavResponse(Result):
    """Where the WAV file is."""

    audio_wav_url: OptionalText = None


class WavRecord(TrackRecord):
    """State and result of a WAV conversion."""

    family = Family.WAV

    response: WavResponse | None = None

    @property
    def audio_url(self) -> str:
        return (self.response.audio_wav_url if self.response else None) or ""


class VideoResponse(Result):
    """Where the video is."""

    video_url: OptionalText = None


class VideoRecord(TrackRecord):
    """State and result of a music video."""

    family = Family.MP4

    response: VideoResponse | None = None

    @property
    def video_url(self) -> str:
        return (self.response.video_url if self.response else None) or ""

    @property
    def progress(self) -> float | None:
        """0 to 1 while it renders, from servers that tell: no part of the contract."""
        value = (self.model_extra or {}).get("progress")
        return float(value) if isinstance(value, int | float) else None


class CoverResponse(Result):
    """Where the images are, usually two."""

    images: Annotated[list[str], LISTED] = []


class CoverRecord(ProcessingRecord):
    """State and result of cover images. success_flag: 0 pending, 1 success, 2 generating, 3 failed."""

    family = Family.COVER

    parent_task_id: Text = ""
    response: CoverResponse | None = None
    success_flag: Flag = 0

    @property
    def status_word(self) -> str:
        return str(self.success_flag)

    @property
    def images(self) -> list[str]:
        return self.response.images if self.response else []
