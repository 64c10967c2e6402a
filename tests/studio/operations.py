"""Every operation that makes something, as a member asks for it: a row each, for tests that hold for all of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from suno_web.accounts.models import User
from suno_web.studio import generating, processing
from suno_web.studio.models import Asset, Generation, Track, Upload

Operation, Kind = Generation.Operation, Asset.Kind

SONG_FIELDS: dict[str, Any] = {
    "customMode": True, "instrumental": False, "model": "V5", "prompt": "[Verse]\nTide goes out", "style": "folk",
    "title": "Low tide",
}  # fmt: skip
ADDED: dict[str, Any] = {"title": "Low tide", "negativeTags": "metal", "model": "V5"}


@dataclass(frozen=True)
class Case:
    """An operation. of: what it is made from; path: where it is asked for; takes, files: what it makes."""

    operation: Generation.Operation
    credits: str
    path: str
    request: dict[str, Any] = field(default_factory=dict)
    of: str = "take"
    audio_field: str = ""
    takes: int = 0
    files: dict[str, list[str]] = field(default_factory=dict)

    def begin(self, take: Track, upload: Upload, by: User) -> Generation:
        """Ask for it; it is queued."""
        if self.files:
            return processing.ask(take, by=by, operation=self.operation, **self.request)
        inputs = {"take": [take], "upload": [upload], "both": [take, upload], "nothing": []}[self.of]
        request = dict(self.request)
        if "audioId" in request:
            request |= {"audioId": take.audio_id}
        if "taskId" in request:
            request |= {"taskId": take.generation.task_id}
        return generating.ask(
            take.generation.project,
            by=by,
            operation=self.operation,
            request=request,
            inputs=inputs,
            title="Low tide",
        )


G = "/api/v1/generate"
# Those that the fault server finds in its song.
STEMS = [
    "backing_vocals",
    "bass",
    "drums",
    "fx",
    "guitar",
    "keyboard",
    "percussion",
    "strings",
    "synth",
    "vocal",
]
CASES = [
    Case(Operation.GENERATE, "12", G, SONG_FIELDS, of="nothing", takes=2),
    Case(Operation.EXTEND, "12", f"{G}/extend", {"audioId": "", "defaultParamFlag": False, "model": "V5"}, takes=2),
    Case(Operation.UPLOAD_COVER, "12", f"{G}/upload-cover", SONG_FIELDS, of="upload", audio_field="uploadUrl", takes=2),
    Case(
        Operation.UPLOAD_EXTEND, "12", f"{G}/upload-extend",
        {"defaultParamFlag": False, "instrumental": False, "continueAt": 2, "model": "V5"},
        of="upload", audio_field="uploadUrl", takes=2,
    ),
    Case(
        Operation.ADD_INSTRUMENTAL, "12", f"{G}/add-instrumental", ADDED | {"tags": "folk"},
        of="upload", audio_field="uploadUrl", takes=1,
    ),
    Case(
        Operation.ADD_VOCALS, "12", f"{G}/add-vocals", ADDED | {"style": "folk", "prompt": "Tide goes out"},
        of="upload", audio_field="uploadUrl", takes=1,
    ),
    Case(
        Operation.REPLACE_SECTION, "5", f"{G}/replace-section",
        {
            "taskId": "", "audioId": "", "prompt": "Tide comes in", "tags": "folk", "title": "Low tide",
            "infillStartS": 10, "infillEndS": 20, "fullLyrics": "Tide comes in",
        },
        takes=1,
    ),
    Case(Operation.MASHUP, "12", f"{G}/mashup", SONG_FIELDS, of="both", audio_field="uploadUrlList", takes=2),
    Case(Operation.SOUNDS, "2.5", f"{G}/sounds", {"prompt": "rain on a roof", "model": "V5"}, of="nothing", takes=2),
    Case(Operation.WAV, "0.4", "/api/v1/wav/generate", files={Kind.WAV: [""]}),
    Case(
        Operation.STEMS, "10", "/api/v1/vocal-removal/generate", {"type": "separate_vocal"},
        files={Kind.STEM: ["instrumental", "vocal"]},
    ),
    Case(Operation.STEMS, "50", "/api/v1/vocal-removal/generate", {"type": "split_stem"}, files={Kind.STEM: STEMS}),
    Case(Operation.VIDEO, "2", "/api/v1/mp4/generate", {"author": "Harbour Sound"}, files={Kind.VIDEO: [""]}),
    Case(Operation.COVER_IMAGES, "0", "/api/v1/suno/cover/generate", files={Kind.IMAGE: ["1", "2"]}),
]  # fmt: skip

Begin = Callable[[Case], Generation]


def name_of(case: Case) -> str:
    """How a test's name shows the case."""
    return str(case.request.get("type") or case.operation) if isinstance(case, Case) else ""
