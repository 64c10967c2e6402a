"""A request of each operation as somebody would send it. Ids and addresses are placeholders to be replaced."""

from typing import Any

TASK, AUDIO = "5c79b2e1d0f34a6f8d1f0b6f8a2c4e10", "0f8b9c1e-4f5d-4c86-9c0e-2d8b1a7e6f55"
CALLBACK = "https://example.com/callback"
RECORDING = "https://example.com/recording.mp3"

_SONG: dict[str, Any] = {
    "customMode": False,
    "instrumental": False,
    "model": "V5",
    "prompt": "An upbeat synth-pop song about the last train home",
    "callBackUrl": CALLBACK,
}
_CUSTOM: dict[str, Any] = {
    "customMode": True,
    "instrumental": False,
    "model": "V5",
    "prompt": "[Verse]\nThe platform lights go out",
    "style": "acoustic folk, calm",
    "title": "Last train",
    "callBackUrl": CALLBACK,
}
_QUERY = {"taskId": TASK}
_TRACK = {"taskId": TASK, "audioId": AUDIO, "callBackUrl": CALLBACK}
_CONTINUED = {
    "defaultParamFlag": True,
    "model": "V5",
    "prompt": "[Verse]\nAnd then the morning came",
    "style": "acoustic folk, calm",
    "title": "Last train, continued",
    "continueAt": 60,
    "callBackUrl": CALLBACK,
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "generate": _SONG,
    "extend": {**_CONTINUED, "audioId": AUDIO},
    "upload_cover": {**_CUSTOM, "uploadUrl": RECORDING},
    "upload_extend": {**_CONTINUED, "uploadUrl": RECORDING},
    "add_instrumental": {
        "uploadUrl": RECORDING,
        "title": "Low tide",
        "tags": "soft piano, strings",
        "negativeTags": "drums",
        "model": "V5",
        "callBackUrl": CALLBACK,
    },
    "add_vocals": {
        "uploadUrl": RECORDING,
        "prompt": "[Verse]\nLow tide, slow light",
        "title": "Low tide",
        "style": "warm soul",
        "negativeTags": "shouting",
        "model": "V5",
        "callBackUrl": CALLBACK,
    },
    "replace_section": {
        "taskId": TASK,
        "audioId": AUDIO,
        "prompt": "[Bridge]\nHold the line a little longer",
        "tags": "acoustic folk",
        "title": "Last train",
        "infillStartS": 30.0,
        "infillEndS": 45.0,
        "callBackUrl": CALLBACK,
    },
    "mashup": {**_CUSTOM, "uploadUrlList": [RECORDING, "https://example.com/other.mp3"]},
    "sounds": {
        "prompt": "Rain on a tin roof",
        "model": "V5",
        "soundLoop": True,
        "soundTempo": 90,
        "soundKey": "Am",
        "callBackUrl": CALLBACK,
    },
    "music_record": _QUERY,
    "timestamped_lyrics": {"taskId": TASK, "audioId": AUDIO},
    "lyrics": {"prompt": "Leaving the harbour at night", "callBackUrl": CALLBACK},
    "lyrics_record": _QUERY,
    "boost_style": {"content": "pop, mysterious"},
    "persona": {
        "taskId": TASK,
        "audioId": AUDIO,
        "name": "Night singer",
        "description": "A low, close voice",
        "vocalStart": 0,
        "vocalEnd": 30,
    },
    "wav": _TRACK,
    "wav_record": _QUERY,
    "stems": {**_TRACK, "type": "separate_vocal"},
    "stems_record": _QUERY,
    "midi": {"taskId": TASK, "callBackUrl": CALLBACK},
    "midi_record": _QUERY,
    "mp4": {**_TRACK, "author": "Harbour Sound", "domainName": "example.com"},
    "mp4_record": _QUERY,
    "cover": {"taskId": TASK, "callBackUrl": CALLBACK},
    "cover_record": _QUERY,
    "credits": {},
    "download_url": {"url": "https://example.com/api/files/…/audio.mp3"},
    "upload_base64": {"base64Data": "SUQzBAAAAAAA", "uploadPath": "voices", "fileName": "voice.mp3"},
    "upload_url": {"fileUrl": RECORDING, "uploadPath": "voices", "fileName": "voice.mp3"},
    "upload_stream": {"uploadPath": "voices", "fileName": "voice.mp3"},
}
