"""Vendor the vectors of the described songs, lyric themes and sounds, so that a request embeds one text.

    python tools/embed_known_texts.py

Run it after changing lexicon/prototypes.toml or the descriptions of lyricist/themes.toml or sounds/families.toml.
"""

from suno_web.engine.music import embedding, lexicon
from suno_web.engine.music.lyricist import themes
from suno_web.engine.music.sounds import families

if __name__ == "__main__":
    described = [song.text for song in lexicon.prototypes()]
    sounds = (family.about for family in families.families().values())
    embedding.write_known([*described, *(theme.about for theme in themes.all_themes()), *sounds])
