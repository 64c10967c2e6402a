"""Stems of music from elsewhere, by signal processing. The engine's own songs have true ones (`stems`)."""

from suno_web.engine.music.separation.separating import separate, split

__all__ = ["separate", "split"]
