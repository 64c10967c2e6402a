"""Sound effects and loops from a few words, made by synthesis or played by the band.

Nobody sings or speaks here: a request to grab lyrics has none to give, and `SoundWork.lyrics_text` is empty.
"""

from suno_web.engine.music.sounds.planning import plan
from suno_web.engine.music.sounds.work import SoundWork

__all__ = ["SoundWork", "plan"]
