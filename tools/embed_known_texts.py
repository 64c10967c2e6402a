"""Vendor the vectors of the described songs and lyric themes, so that a request embeds one text.

    python tools/embed_known_texts.py

Run it after changing lexicon/prototypes.toml or the descriptions of lyricist/themes.toml.
"""

from suno_web.engine.music import embedding, lexicon
from suno_web.engine.music.lyricist import themes

if __name__ == "__main__":
    described = [song.text for song in lexicon.prototypes()]
    embedding.write_known([*described, *(theme.about for theme in themes.all_themes())])
