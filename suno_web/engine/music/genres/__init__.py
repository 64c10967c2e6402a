"""The genres the band can play."""

from collections.abc import Mapping

from suno_web.engine.music.genres.edm import EDM
from suno_web.engine.music.genres.folk import FOLK
from suno_web.engine.music.genres.genre import Genre
from suno_web.engine.music.genres.jazz import JAZZ
from suno_web.engine.music.genres.lofi import LOFI
from suno_web.engine.music.genres.orchestral import ORCHESTRAL
from suno_web.engine.music.genres.piano import PIANO
from suno_web.engine.music.genres.pop import POP
from suno_web.engine.music.genres.rock import ROCK
from suno_web.engine.music.genres.synthpop import SYNTHPOP

GENRES: Mapping[str, Genre] = {
    genre.name: genre for genre in (POP, SYNTHPOP, ROCK, EDM, JAZZ, FOLK, ORCHESTRAL, LOFI, PIANO)
}


def named(name: str) -> Genre:
    """The genre of a name; pop for one the band does not know."""
    return GENRES.get(name, POP)
