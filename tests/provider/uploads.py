"""Files sent to the fake provider: read, kept by their path, answered in the uploads' own envelope."""

import base64
import mimetypes
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.provider import calls, media

if TYPE_CHECKING:
    from tests.provider.server import FakeSuno

_NAMED = re.compile(r'[; ]name="([^"]*)"')
_FILE_NAMED = re.compile(r'filename="([^"]*)"')


def form(raw: bytes, content_type: str) -> dict[str, Any]:
    """The fields of a multipart form by name; a file as (its name, its bytes)."""
    boundary = content_type.partition("boundary=")[2].strip('"')
    fields: dict[str, Any] = {}
    for part in raw.split(f"--{boundary}".encode())[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        about = head.decode()
        name, file_name = _NAMED.search(about), _FILE_NAMED.search(about)
        if name:
            content = content.removesuffix(b"\r\n")
            fields[name[1]] = (file_name[1], content) if file_name else content.decode()
    return fields


def answer(suno: "FakeSuno", path: str, sent: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Keeps the file, if all is in order, and says where it is."""
    if key != suno.key:
        return _refusal(401, "Authentication failed: Invalid API Key")
    for name in calls.UPLOADS[path]:
        if not sent.get(name):
            return _refusal(400, f"Missing required parameter: {name}")
    name, content = str(sent.get("fileName") or ""), media.mp3(0)
    if path.endswith("stream-upload"):
        own_name, content = sent["file"]
        name = name or own_name
    elif path.endswith("base64-upload"):
        content = base64.b64decode(sent["base64Data"].rpartition(",")[2])
    where = f"{sent['uploadPath']}/{name or f'1767225600000-{len(suno.uploads)}.mp3'}"
    suno.uploads[where] = content
    data = {
        "success": True,
        "fileName": where.rpartition("/")[2],
        "filePath": f"kieai/1001/{where}",
        "downloadUrl": f"{suno.url}/files/uploads/{quote(where)}",
        "fileSize": len(content),
        "mimeType": mimetypes.guess_type(where)[0] or "application/octet-stream",
        "uploadedAt": "2026-01-01T12:00:00.000Z",
    }
    return {"success": True, "code": 200, "msg": "File uploaded successfully", "data": data}


def _refusal(code: int, msg: str) -> dict[str, Any]:
    return {"success": False, "code": code, "msg": msg}
