"""A song as a film: its cover, title and author, the line that is being sung, and bars that move with the music."""

from suno_web.engine.music.video.captions import LyricLine, lines_of
from suno_web.engine.music.video.film import write_mp4

__all__ = ["LyricLine", "lines_of", "write_mp4"]
