"""MIDI: the notes of a song as it was composed, in the contract's shape and as a file other programs read."""

import io

import mido
import pytest

from suno_web.engine.music import lyrics, midifile, production
from suno_web.engine.music.brief import Brief
from suno_web.engine.music.score import Song


@pytest.fixture(scope="module")
def song() -> Song:
    brief = Brief("trains", "synthpop", "hopeful", 0.6, seconds=12.0, voice="female")
    return production.plan(brief, lyrics.parse("[Chorus]\nOh carry me home", "Home"), seed=1).song


def test_every_player_is_an_instrument_and_the_voice_comes_first(song):
    found = midifile.instruments(song)

    names = [one.name for one in found]
    played = sum(bool(track.notes) for track in song.tracks if track.stem != "fx")
    assert names[0] == "Vocals"
    assert {"Drums", "Bass"} <= set(names)
    assert (len(names), len(set(names))) == (played + 1, played + 1)
    assert [note.pitch for note in found[0].notes] == [n.pitch for line in song.lines for n in line.notes]


def test_notes_lie_where_the_song_has_them_and_keep_to_the_contract(song):
    (drums,) = midifile.instruments(song, stem="drums")

    told = drums.to_json()
    track = next(track for track in song.tracks if track.stem == "drums")
    assert told["name"] == "Drums"
    assert sorted(note["start"] for note in told["notes"]) == pytest.approx(
        sorted(round(note.start * 60 / song.bpm, 3) for note in track.notes), abs=0.001
    )
    assert all(
        0 <= note["pitch"] <= 127 and 0 <= note["velocity"] <= 1 and 0 <= note["start"] < note["end"]
        for note in told["notes"]
    )


def test_the_midi_file_plays_at_the_songs_tempo_with_its_words(song):
    file = mido.MidiFile(file=io.BytesIO(midifile.written(song)))

    metas = [message for track in file.tracks for message in track if message.is_meta]
    tempo = next(message.tempo for message in metas if message.type == "set_tempo")
    words = [message.text.strip() for message in metas if message.type == "lyrics"]
    programs = {
        message.program for track in file.tracks for message in track if message.type == "program_change"
    }
    assert mido.tempo2bpm(tempo) == pytest.approx(song.bpm, abs=0.01)
    assert " ".join(words) == "Oh carry me home"
    assert file.length == pytest.approx(
        max(note.end for one in midifile.instruments(song) for note in one.notes), abs=0.01
    )
    assert midifile.VOICE_PROGRAM in programs
    assert any(
        message.channel == 9 for track in file.tracks for message in track if message.type == "note_on"
    )
