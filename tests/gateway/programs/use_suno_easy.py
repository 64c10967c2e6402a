"""suno-easy as its users run it, for as many of its calls as a short song can carry. Base address and key are argv."""

import base64
import json
import sys
from pathlib import Path

from suno_easy import SunoClient

base, key, folder = sys.argv[1:]
SunoClient.BASE_URL = base
client = SunoClient(key, upload_base_url=base)

before = client.account.get_credits().remaining
songs = client.music.generate("calm piano, 12 seconds", instrumental=True, custom_mode=False, timeout=120)
for number, song in enumerate(songs):
    song.download(f"{folder}/song{number}.mp3")
songs[0].download_image(f"{folder}/cover.jpeg")

content = base64.b64encode(Path(folder, "song0.mp3").read_bytes()).decode()
stored = client.upload.upload_base64(content, "voices", "mine.mp3")
lyrics = client.lyrics.generate("the harbour at night", timeout=60)
style = client.audio.boost_style("calm piano")
sys.stdout.write(
    json.dumps(
        {
            "songs": [[song.id, song.title, song.duration] for song in songs],
            "upload": stored.file_name,
            "upload_url": stored.download_url,
            "lyrics": [one.text for one in lyrics],
            "style": style.result,
            "spent": before - client.account.get_credits().remaining,
        }
    )
)
