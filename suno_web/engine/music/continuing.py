"""What may come next in a song: the sections that make sense after those there were, and their words."""

from collections.abc import Iterator, Sequence

from suno_web.engine.music import lyricist
from suno_web.engine.music.brief import Brief
from suno_web.engine.music.lyrics import Lyrics, LyricSection
from suno_web.engine.music.phrasing import phrases

# Seconds of new music where nobody asks for a length.
USUAL_SECONDS = 75.0
# After a section of a kind: what the song does until its next chorus is over.
_NEXT = {
    "intro": ("verse", "chorus"),
    "verse": ("chorus",),
    "pre-chorus": ("chorus",),
    "build": ("chorus",),
    "chorus": ("verse", "chorus"),
    "bridge": ("chorus",),
    "solo": ("chorus",),
    "outro": ("verse", "chorus"),
}


def forms(before: Sequence[str]) -> Iterator[list[str]]:
    """Kinds of sections to go on with after those kinds, from short to long, each with an ending."""
    following = list(_after(before))
    yield ["outro"]
    for count in range(1, len(following) + 1):
        yield [*following[:count], "outro"]


def lyrics(
    brief: Brief, earlier: Lyrics | None, before: Sequence[str], *, bpm: float, seconds: float, seed: int
) -> Lyrics:
    """New words for a song, about so many seconds of them: verses and a bridge on its theme, and its own chorus
    where it has one."""
    # A song's own lyrics have two verses; an extension may need more, and none of them twice.
    drafts = [lyricist.write(brief, seed=seed + 1_000_003 * number) for number in range(2)]
    verses, bridges, choruses = (
        [part for draft in drafts for part in draft.sections if part.name == name and part.lines]
        for name in ("Verse", "Bridge", "Chorus")
    )
    own = [part for part in (earlier.sections if earlier else ()) if part.name == "Chorus" and part.lines]
    pool = {"verse": iter(verses[1:]), "bridge": iter(bridges)}
    chorus = (own or choruses or verses)[0]
    sections, best = list[LyricSection](), list[LyricSection]()
    for kind in _after(before):
        section = chorus if kind == "chorus" else next(pool[kind], None)
        if section is None or section in sections[-1:]:
            continue
        sections.append(section)
        closer = abs(_seconds(sections, bpm) - seconds) < abs(_seconds(best, bpm) - seconds)
        if not best or (kind == "chorus" and closer):
            best = list(sections)
    return Lyrics((earlier.title if earlier else "") or drafts[0].title, tuple(best))


def _seconds(sections: Sequence[LyricSection], bpm: float) -> float:
    """How long sections take at an unhurried pace."""
    bars = sum(phrase.bars for part in sections for phrase in phrases(part.lines, 0, 1.0, bpm))
    return bars * 240.0 / bpm


def _after(before: Sequence[str]) -> Iterator[str]:
    """Sections without end that make a song, up to a bridge and a last chorus and on from there."""
    choruses = sum(kind == "chorus" for kind in before)
    latest = before[-1] if before else "intro"
    bridged = "bridge" in before
    for _ in range(10):
        if latest == "chorus" and choruses >= 2 and not bridged:
            following: tuple[str, ...] = ("bridge", "chorus")
            bridged = True
        else:
            following = _NEXT.get(latest, ("verse", "chorus"))
        yield from following
        choruses += 1
        latest = "chorus"
