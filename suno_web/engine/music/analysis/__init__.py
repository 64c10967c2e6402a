"""How the engine hears music from elsewhere: tempo and beats, key, chords, tune, form, loudness."""

from suno_web.engine.music.analysis.listening import analyse
from suno_web.engine.music.analysis.model import Analysis, AudioSection, ChordSpan, MelodyNote

__all__ = ["Analysis", "AudioSection", "ChordSpan", "MelodyNote", "analyse"]
