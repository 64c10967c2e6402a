"""Who plays, and what: from a genre's parts and a song's harmony to tracks full of notes."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from suno_web.engine.music import bassline, drums, melody, theory, underlay
from suno_web.engine.music.band import band, with_leader
from suno_web.engine.music.brief import Brief
from suno_web.engine.music.genres.genre import Genre, Strikes
from suno_web.engine.music.genres.guests import PLAIN_GROOVES
from suno_web.engine.music.melody import TuneNote
from suno_web.engine.music.player import Player, is_last_bar, lively, loose, swung, velocity_of
from suno_web.engine.music.score import BEATS_PER_BAR, Note, Section, Song, Track


def arrange(song: Song, genre: Genre, brief: Brief, tune: Sequence[TuneNote] = ()) -> Song:
    """Give a song its tracks. tune: what is to be played wherever nobody sings, in place of invented tunes."""
    daring = 0.25 if brief.weirdness is None else brief.weirdness
    members, leader = band(genre, brief, song.seed), None
    if tune:
        members, leader = with_leader(members, brief.unwanted)
    tracks: list[Track] = []
    for part in members:
        sound = random.Random(f"{song.seed}/sound/{part.name}").choice(part.sounds)
        player = Player(part, sound, genre, song, daring, tune, part is leader)
        notes = tuple(note for index in _playing(player) for note in _section_notes(player, index))
        if notes:
            tracks.append(
                Track(
                    part.name,
                    part.stem,
                    sound,
                    notes,
                    part.gain,
                    part.pan,
                    part.width,
                    part.reverb,
                    part.delay,
                    part.duck,
                    part.colour,
                )
            )
    return replace(song, tracks=tuple(tracks))


def _playing(player: Player) -> Iterator[int]:
    """The sections in which a part plays."""
    part, song = player.part, player.song
    sung = {line.section for line in song.lines}
    for index, section in enumerate(song.sections):
        kind = section.kind
        if part.plays == "lead" and _has_tune(player, section):
            if player.leads and index not in sung:
                yield index
            continue
        if part.sections and kind not in part.sections:
            continue
        if section.energy < part.energy_from:
            continue
        if index in sung and not part.beside_voice:
            continue
        yield index


def _has_tune(player: Player, section: Section) -> bool:
    return any(section.start <= note.start < section.end for note in player.tune)


def _section_notes(player: Player, index: int) -> list[Note]:
    section = player.song.sections[index]
    source = player.source("section", player.song.first + index)
    return _WAYS[player.part.plays](player, section, source)


def _pad(player: Player, section: Section, source: random.Random) -> list[Note]:
    notes, previous = list[Note](), list[int]()
    for chord in section.chords:
        classes = chord.pitch_classes[: player.part.voices]
        previous = theory.voicing(classes, player.part.low, player.part.high, previous)
        length = chord.length * (1.6 if is_last_bar(player, section, chord) else 1.01)
        notes += [
            Note(
                loose(player, chord.start, source),
                length,
                pitch,
                velocity_of(player, section, 0.95, source, 2),
            )
            for pitch in previous
        ]
    return notes


def _strikes(player: Player, section: Section) -> Strikes:
    """The rhythm for a section: shared by its kind, livelier where there is energy."""
    part = player.part
    pool = part.lively if lively(section) and part.lively else part.strikes
    return player.source("strikes", section.kind, lively(section)).choice(pool)


def _struck(player: Player, section: Section, source: random.Random, *, power: bool = False) -> list[Note]:
    """Chords struck in rhythm, rolled where the part rolls them; power chords are root and fifth."""
    part = player.part
    strikes = _strikes(player, section)
    notes, previous = list[Note](), list[int]()
    for chord in section.chords:
        if power:
            root = theory.at_or_above(chord.root, part.low)
            previous = [root, root + 7, root + 12] if lively(section) else [root, root + 7]
        else:
            previous = theory.voicing(chord.pitch_classes[: part.voices], part.low, part.high, previous)
        pattern = ((0.0, 4.0, 1.0),) if is_last_bar(player, section, chord) else strikes
        for beat, length, factor in pattern:
            start = loose(player, chord.start + swung(player, beat), source)
            upwards = part.plays != "strum" or beat % 1 == 0
            for place, pitch in enumerate(previous if upwards else reversed(previous)):
                late = place * part.roll * player.song.bpm / 60
                velocity = velocity_of(player, section, factor, source)
                notes.append(Note(round(start + late, 4), length, pitch, velocity))
    return notes


def _power(player: Player, section: Section, source: random.Random) -> list[Note]:
    return _struck(player, section, source, power=True)


def _arpeggio(player: Player, section: Section, source: random.Random) -> list[Note]:
    part = player.part
    order = player.source("pattern", section.kind).choice(part.pattern)
    notes, previous = list[Note](), list[int]()
    for chord in section.chords:
        previous = theory.voicing(chord.pitch_classes[: part.voices], part.low, part.high, previous)
        ladder = [*previous, previous[0] + 12, previous[1 % len(previous)] + 12]
        if is_last_bar(player, section, chord):
            notes += [
                Note(chord.start + 0.09 * step, 5.0, pitch, velocity_of(player, section, 0.9, source))
                for step, pitch in enumerate(ladder)
            ]
            continue
        for step in range(int(BEATS_PER_BAR / part.step)):
            beat = chord.start + swung(player, step * part.step)
            pitch = ladder[order[step % len(order)] % len(ladder)]
            factor = 1.08 if step % 4 == 0 else 0.95
            notes.append(
                Note(
                    loose(player, beat, source),
                    round(part.step * part.sustain, 4),
                    pitch,
                    velocity_of(player, section, factor, source),
                )
            )
    return notes


def _bass(player: Player, section: Section, source: random.Random) -> list[Note]:
    part = player.part
    pool = part.lively_idioms if lively(section) and part.lively_idioms else part.idioms
    idiom = player.source("idiom", section.kind, lively(section)).choice(pool)
    notes: list[Note] = []
    for place, chord in enumerate(section.chords):
        following = section.chords[(place + 1) % len(section.chords)]
        if is_last_bar(player, section, chord):
            root = theory.at_or_above(chord.root, part.low)
            notes.append(Note(chord.start, 4.5, root, velocity_of(player, section, 1.0, source)))
            continue
        for beat, length, pitch, factor in bassline.bar(idiom, chord, following, part.low, source):
            start = loose(player, chord.start + swung(player, beat), source)
            notes.append(Note(start, length, pitch, velocity_of(player, section, factor, source)))
    return notes


def _lead(player: Player, section: Section, source: random.Random) -> list[Note]:
    if _has_tune(player, section):
        return _taken_up(player, section, source)
    part, song = player.part, player.song
    lift = 2 if section.kind == "chorus" else 0
    pitches = melody.range_of(song.tonic, song.mode, part.low + lift, part.high + lift)
    # Verses share a motif and choruses theirs; an introduction foretells the chorus.
    family = {"intro": "chorus", "outro": "chorus", "build": "verse"}.get(section.kind, section.kind)
    density = "high" if section.kind == "solo" and part.density == "mid" else part.density
    idea = melody.motif(player.source("motif", family, density), density, player.daring)
    looseness = player.genre.looseness * song.bpm / 60
    velocity = velocity_of(player, section, 1.08, source, 0.5)
    notes = melody.tune(section, idea, pitches, source, velocity=velocity, looseness=looseness)
    return [replace(note, start=round(_swung_note(player, note, section), 4)) for note in notes]


def _taken_up(player: Player, section: Section, source: random.Random) -> list[Note]:
    notes = melody.taken_up(
        player.tune,
        section,
        source,
        octaves=underlay.octaves_into(player.tune, player.part.low, player.part.high + 4),
        velocity=velocity_of(player, section, 1.12, source, 0.5),
        looseness=0.5 * player.genre.looseness * player.song.bpm / 60,
    )
    return [replace(note, start=round(_swung_note(player, note, section), 4)) for note in notes]


def _swung_note(player: Player, note: Note, section: Section) -> float:
    """A tune's off-beats swing as the band's do; its notes were already loosened."""
    nearest = round((note.start - section.start) * 4) / 4
    return note.start + swung(player, nearest) - nearest


def _drums(player: Player, section: Section, source: random.Random) -> list[Note]:
    song, genre = player.song, player.genre
    following = next((item for item in song.sections if item.start >= section.end), None)
    groove = drums.choose(genre.grooves or PLAIN_GROOVES, section, player.source("groove", section.kind))
    feel = drums.Feel(genre.fills, genre.swing, genre.swing_unit, genre.looseness * song.bpm / 60 * 0.5)
    return drums.play(section, groove, feel, following, source)


def _shaker(player: Player, section: Section, source: random.Random) -> list[Note]:
    pitch = player.source("shaker").choice(player.part.pattern)[0]
    notes = []
    for step in range(section.bars * 16):
        if pitch == 54 and step % 8 != 4 and not (section.energy > 0.85 and step % 2 == 0):
            continue
        factor = 1.0 if step % 4 == 0 else 0.8 if step % 2 == 0 else 0.58
        beat = section.start + swung(player, step / 4)
        notes.append(
            Note(loose(player, beat, source), 0.2, pitch, velocity_of(player, section, factor, source))
        )
    return notes


def _timpani(player: Player, section: Section, source: random.Random) -> list[Note]:
    notes = []
    for chord in section.chords:
        root = theory.at_or_above(chord.root, player.part.low + 2)
        for beat, factor in ((0.0, 1.0), (3.0, 0.72), (3.5, 0.82)) if lively(section) else ((0.0, 0.8),):
            start = loose(player, chord.start + beat, source)
            notes.append(Note(start, 0.9, root, velocity_of(player, section, factor, source)))
    return notes


def _riser(player: Player, section: Section, source: random.Random) -> list[Note]:
    bars = min(section.bars, 4)
    start = section.end - bars * BEATS_PER_BAR
    return [Note(start, bars * BEATS_PER_BAR, 60, velocity_of(player, section, 1.1, source))]


def _impact(player: Player, section: Section, source: random.Random) -> list[Note]:
    return [Note(section.start, 4.0, 48, velocity_of(player, section, 1.1, source))]


def _crackle(player: Player, section: Section, source: random.Random) -> list[Note]:
    return [Note(section.start, float(section.bars * BEATS_PER_BAR), 60, 80)]


_WAYS: dict[str, Callable[[Player, Section, random.Random], list[Note]]] = {
    "pad": _pad,
    "comp": _struck,
    "strum": _struck,
    "power": _power,
    "arpeggio": _arpeggio,
    "bass": _bass,
    "lead": _lead,
    "drums": _drums,
    "shaker": _shaker,
    "timpani": _timpani,
    "riser": _riser,
    "impact": _impact,
    "crackle": _crackle,
}
