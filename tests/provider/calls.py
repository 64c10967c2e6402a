"""The calls of the contract as the fake provider knows them, written from the contract's text."""

from dataclasses import dataclass

from tests.provider.script import Family

CALLBACK = ("callBackUrl",)
TRACK = ("callBackUrl", "taskId", "audioId")


@dataclass(frozen=True)
class Call:
    """A call that makes a task. needed: fields that must be sent; source: the field naming the task it needs."""

    family: Family
    operation: str
    needed: tuple[str, ...]
    source: str = ""


CREATING: dict[str, Call] = {
    "/api/v1/generate": Call("music", "generate", (*CALLBACK, "customMode", "instrumental", "model")),
    "/api/v1/generate/extend": Call("music", "extend", (*CALLBACK, "defaultParamFlag", "audioId", "model")),
    "/api/v1/generate/upload-cover": Call(
        "music", "upload_cover", (*CALLBACK, "uploadUrl", "customMode", "instrumental", "model")
    ),
    "/api/v1/generate/upload-extend": Call(
        "music", "upload_extend", (*CALLBACK, "uploadUrl", "defaultParamFlag", "model")
    ),
    "/api/v1/generate/add-instrumental": Call(
        "music", "add_instrumental", (*CALLBACK, "uploadUrl", "title", "tags")
    ),
    "/api/v1/generate/add-vocals": Call(
        "music", "add_vocals", (*CALLBACK, "uploadUrl", "prompt", "title", "style")
    ),
    "/api/v1/generate/replace-section": Call(
        "music", "replace_section", ("prompt", "tags", "title", "infillStartS", "infillEndS")
    ),
    "/api/v1/generate/mashup": Call("music", "mashup", (*CALLBACK, "uploadUrlList", "customMode", "model")),
    "/api/v1/generate/sounds": Call("music", "sounds", ("prompt",)),
    "/api/v1/lyrics": Call("lyrics", "lyrics", (*CALLBACK, "prompt")),
    "/api/v1/wav/generate": Call("wav", "wav", TRACK, "taskId"),
    "/api/v1/vocal-removal/generate": Call("stems", "stems", CALLBACK, "taskId"),
    "/api/v1/midi/generate": Call("midi", "midi", (*CALLBACK, "taskId"), "taskId"),
    "/api/v1/mp4/generate": Call("mp4", "mp4", TRACK, "taskId"),
    "/api/v1/suno/cover/generate": Call("cover", "cover", (*CALLBACK, "taskId"), "taskId"),
}

AT_ONCE: dict[str, tuple[str, ...]] = {
    "/api/v1/style/generate": ("content",),
    "/api/v1/generate/get-timestamped-lyrics": ("taskId", "audioId"),
    "/api/v1/generate/generate-persona": ("taskId", "audioId", "name", "description"),
    "/api/v1/common/download-url": ("url",),
}

RECORDS: dict[str, Family] = {
    "/api/v1/generate/record-info": "music",
    "/api/v1/lyrics/record-info": "lyrics",
    "/api/v1/wav/record-info": "wav",
    "/api/v1/vocal-removal/record-info": "stems",
    "/api/v1/midi/record-info": "midi",
    "/api/v1/mp4/record-info": "mp4",
    "/api/v1/suno/cover/record-info": "cover",
}

UPLOADS: dict[str, tuple[str, ...]] = {
    "/api/file-base64-upload": ("uploadPath", "base64Data"),
    "/api/file-url-upload": ("uploadPath", "fileUrl"),
    "/api/file-stream-upload": ("uploadPath", "file"),
}
