"""What we write, what the fake provider writes, and what the contract's file says: the same shapes and numbers."""

import pytest

from suno_web.suno import callbacks, errors, limits, prices, schemas, states
from suno_web.suno.operations import OPERATIONS, Operation
from tests.conformance import spec
from tests.provider import records
from tests.provider.server import FakeSuno

TRACK = schemas.Track(
    id="a1",
    audio_url="https://files.example/a1.mp3",
    title="Low Tide",
    duration=181.2,
    create_time="2026-01-01",
)
STEMS = schemas.StemsResponse(
    vocal_url="https://files.example/v.mp3",
    origin_data=[schemas.StemTrack(id="s1", audio_url="https://files.example/v.mp3", duration=3)],
)
NOTES = [schemas.MidiInstrument(name="Drums", notes=[schemas.MidiNote(pitch=36, start=0.5, end=1)])]

RECORDS = {
    "MusicRecord": [
        schemas.MusicRecord(task_id="t", status="PENDING"),
        *(
            schemas.MusicRecord(
                task_id="t",
                status=status,
                error_code=501 if "FAILED" in status else None,
                response=schemas.MusicResponse(task_id="t", suno_data=[TRACK]),
                create_time=1767225600000,
            )
            for status in states.MusicStatus
        ),
    ],
    "LyricsRecord": [
        schemas.LyricsRecord(
            task_id="t",
            status=status,
            response=schemas.LyricsResponse(
                task_id="t", data=[schemas.Lyrics(text="Tide", title="T", status="complete")]
            ),
        )
        for status in states.LyricsStatus
    ],
    "WavRecord": [
        schemas.WavRecord(
            task_id="t",
            success_flag=flag,
            response=schemas.WavResponse(audio_wav_url="https://files.example/a.wav"),
        )
        for flag in states.WavStatus
    ],
    "VocalRemovalRecord": [
        schemas.StemsRecord(task_id="t", music_id="a1", music_index=1, success_flag=flag, response=STEMS)
        for flag in states.StemsStatus
    ],
    "MidiRecord": [
        schemas.MidiRecord(
            task_id="t",
            success_flag=flag,
            midi_data=schemas.MidiData(state="complete", instruments=NOTES),
            complete_time=1767225600000,
        )
        for flag in states.MidiFlag
    ],
    "VideoRecord": [
        schemas.VideoRecord(
            task_id="t",
            success_flag=flag,
            response=schemas.VideoResponse(video_url="https://files.example/a.mp4"),
        )
        for flag in states.Mp4Status
    ],
    "CoverRecord": [
        schemas.CoverRecord(
            task_id="t",
            success_flag=flag,
            response=schemas.CoverResponse(images=["https://files.example/1.png"]),
        )
        for flag in states.CoverFlag
    ],
}
CALLBACKS = {
    "MusicCallback": [
        callbacks.music("t", stage, [TRACK], operation=operation)
        for stage in ("text", "first", "complete", "error")
        for operation in ("generate", "extend", "replace_section")
    ],
    "LyricsCallback": [
        callbacks.lyrics("t", [schemas.Lyrics(text="Tide", title="T", status="complete")]),
        callbacks.lyrics("t", code=400, msg="Song Description flagged for moderation"),
    ],
    "WavCallback": [callbacks.wav("t", "https://files.example/a.wav"), callbacks.wav("t", code=500)],
    "VocalRemovalCallback": [
        callbacks.stems("t", {"vocal": "https://files.example/v.mp3"}),
        callbacks.stems("t", {"drums": "https://files.example/d.mp3"}),
        callbacks.stems("t", code=500),
    ],
    "MidiCallback": [callbacks.midi("t", NOTES), callbacks.midi("t", code=500)],
    "VideoCallback": [callbacks.mp4("t", "https://files.example/a.mp4"), callbacks.mp4("t", code=500)],
    "CoverCallback": [
        callbacks.cover("t", ["https://files.example/1.png"]),
        callbacks.cover("t", code=501),
    ],
}
FAMILIES = {
    "music": "Music",
    "lyrics": "Lyrics",
    "wav": "Wav",
    "stems": "VocalRemoval",
    "midi": "Midi",
    "mp4": "Video",
    "cover": "Cover",
}


@pytest.mark.parametrize(("name", "written"), (RECORDS | CALLBACKS).items())
def test_what_we_write_fits_the_file_in_every_state(name, written):
    schema = spec.component(name)
    bodies = [one if isinstance(one, dict) else one.wire() for one in written]
    assert [spec.problems(schema, body) for body in bodies] == [[] for _ in bodies]


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_of_ours_has_every_key_of_the_file_and_no_other(name):
    known = spec.resolved(spec.component(name))["properties"].keys()
    assert {key for record in RECORDS[name] for key in record.wire()} == known


@pytest.mark.parametrize(("family", "name"), FAMILIES.items())
def test_the_fake_provider_speaks_the_files_shapes_too(family, name):
    with FakeSuno() as suno:
        source = suno.create("music", {"callBackUrl": "https://studio.example/c"})
        asked = {
            "callBackUrl": "https://studio.example/c",
            "taskId": source.id,
            "audioId": source.audio_ids[0],
        }
        task = suno.create(family, asked, family)
        for status in ("PENDING", "SUCCESS", "CREATE_TASK_FAILED"):
            suno.advance(task.id, status, error_code=500 if "FAILED" in status else None)
            assert spec.problems(spec.component(f"{name}Record"), records.of(suno, task)) == []
        for stage in ("complete", "error"):
            body = suno.callback(task.id, stage)[1]
            assert spec.problems(spec.component(f"{name}Callback"), body) == []


def test_every_call_of_the_file_is_an_operation_of_ours_at_its_price():
    ours = {(one.method, path): one for one in OPERATIONS.values() for path in (one.path, *one.also)}
    assert ours.keys() == {(call.method, call.path) for call in spec.calls()}
    for call in spec.calls():
        operation: Operation = ours[call.method, call.path]
        if not operation.priced_by:
            assert float(prices.price(operation.price)) == (call.credits or 0), call.name
        assert bool(operation.uploads) is call.path.startswith("/api/file-")
    assert [prices.price(kind) for kind in ("separate_vocal", "split_stem", "split_stem_advanced")] == [
        10,
        50,
        20,
    ]


def test_models_and_limits_are_those_of_the_file():
    told = spec.whole()["x-limits"]
    assert {
        name: {
            "prompt": limits.text_limits(name, custom_mode=True).prompt,
            "style": limits.text_limits(name, custom_mode=True).style,
            "titleGenerate": limits.text_limits(name, custom_mode=True).title,
            "titleExtendOrUpload": limits.text_limits(name, custom_mode=True, title_of="derived").title,
        }
        for name in limits.SONG_MODELS
    } == told["characters"]["byModel"]
    assert [told["characters"][name] for name in ("nonCustomPrompt", "lyricsPrompt", "soundsPrompt")] == [
        limits.SIMPLE_PROMPT,
        limits.LYRICS_PROMPT,
        limits.SOUND_PROMPT,
    ]
    audio = told["audio"]
    assert audio["uploadMaxMinutes"] * 60 == limits.LONGEST_UPLOAD
    assert audio["replaceSectionSeconds"] == [limits.SHORTEST_SECTION, limits.LONGEST_SECTION]
    assert audio["personaWindowSeconds"] == [limits.SHORTEST_WINDOW, limits.LONGEST_WINDOW]
    assert {
        name: model.longest // 60 for name, model in limits.MODELS.items() if model.offered and model.longest
    } == audio["songMaxMinutes"]
    assert {name for name, model in limits.MODELS.items() if not model.offered} == set(
        told["later"]["models"]
    )
    assert told["later"]["durationSeconds"] == [limits.SHORTEST_DURATION, limits.LONGEST_DURATION]


def test_the_files_test_vector_is_signed_as_it_says():
    told = spec.whole()["x-signature-test-vector"]
    assert callbacks.sign(told["key"], told["taskId"], told["timestamp"]) == told["signature"]


def test_all_codes_of_the_file_are_errors_that_a_caller_can_tell_apart():
    codes = set(spec.resolved(spec.component("Code"))["enum"]) - {200, 201}
    kinds = {code: type(errors.refusal(code, "said")) for code in codes}
    assert [code for code, kind in kinds.items() if kind is errors.Refused] == []
    assert {code for code, kind in kinds.items() if kind.try_again} == codes & {
        405, 408, 429, 430, 433, 455, 500, 501, 531,
    }  # fmt: skip
