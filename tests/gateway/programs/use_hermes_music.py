"""hermes-music as its users run it: submit, wait, download. Its base address is a constant, set here to argv[1]."""

import json
import sys

from hermes_music import suno

base, folder = sys.argv[1:]
suno.SUNO_API_BASE = f"{base}/api/v1"
task_id = suno.submit_generation("", style="calm piano, 12 seconds", title="Harbour", is_instrumental=True)
done = suno.poll_completion(task_id, max_wait=120, poll_interval=1)
assert done["success"], done
for number, track in enumerate(done["tracks"]):
    track["file"] = suno.download_audio(track["audio_url"], f"{folder}/take{number}.mp3")
sys.stdout.write(json.dumps({"task": task_id, "tracks": done["tracks"]}))
