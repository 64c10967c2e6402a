"""Words and notes to a sung line, by a neural voice that is driven by the score.

The method: the voice says the words at the pace of speech, where it is at its clearest; its spectra are then
stretched in time onto the notes and sounded at the pitch of the melody. `load()` gives the one Singer of
this process.
"""

from suno_web.engine.music.singer.performance import RANGES, Singer, load
from suno_web.engine.music.singer.phrase import Sung, SungNote, WordTime

__all__ = ["RANGES", "Singer", "Sung", "SungNote", "WordTime", "load"]
