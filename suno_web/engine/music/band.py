"""Who is in the band: a genre's players, less those not wanted, and guests for those asked for."""

import random
from collections.abc import Sequence
from dataclasses import replace

from suno_web.engine.music.brief import Brief
from suno_web.engine.music.genres.genre import Genre, Part
from suno_web.engine.music.genres.guests import GUESTS

# What may carry the harmony when a request has sent everyone else away.
_SUBSTITUTES = ("piano", "guitar", "strings", "organ", "synth", "pad")
# Who plays a tune that none of the band could.
_SOLOISTS = ("flute", "electric guitar", "sax", "violin", "bells", "trumpet")


def band(genre: Genre, brief: Brief, seed: int) -> list[Part]:
    """The players of a song: the genre's, less those not wanted, and guests for those asked for in vain."""
    members = [
        part
        for part in genre.parts
        if not _unwanted(part, brief.unwanted)
        and (
            any(word in part.words for word in brief.wanted)
            or random.Random(f"{seed}/member/{part.name}").random() < part.chance
        )
    ]
    for word in brief.wanted:
        guest = GUESTS.get(word)
        if guest and word not in brief.unwanted and not any(word in part.words for part in members):
            members.append(guest)
    if not any(part.plays in ("pad", "comp", "strum", "arpeggio", "power") for part in members):
        substitute = next(
            (word for word in _SUBSTITUTES if not _unwanted(GUESTS[word], brief.unwanted)), "pad"
        )
        members.append(GUESTS[substitute])
    return [_brought_forward(part) if _asked_for(part, brief.wanted) else part for part in members]


def _unwanted(part: Part, unwanted: Sequence[str]) -> bool:
    if (
        "drums" in unwanted
        and part.stem in ("drums", "percussion")
        and part.plays in ("drums", "shaker", "timpani")
    ):
        return True
    return any(word in part.words for word in unwanted)


def _asked_for(part: Part, wanted: Sequence[str]) -> bool:
    return any(word in part.words[:1] for word in wanted)


def _brought_forward(part: Part) -> Part:
    """A player somebody asked for by name: a little louder, and not silent in calm sections."""
    return replace(part, gain=part.gain + 1.5, energy_from=min(part.energy_from, 0.4))


def with_leader(members: Sequence[Part], unwanted: Sequence[str]) -> tuple[list[Part], Part]:
    """A band with somebody to play the tune, and who that is: its loudest soloist, or a guest if it has none."""
    leaders = [part for part in members if part.plays == "lead"]
    if leaders:
        return list(members), max(leaders, key=lambda part: part.gain)
    guest = next(
        (GUESTS[word] for word in _SOLOISTS if not _unwanted(GUESTS[word], unwanted)), GUESTS["flute"]
    )
    return [*members, guest], guest
