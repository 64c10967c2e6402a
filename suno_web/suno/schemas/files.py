"""Uploading files, and links to download them. Uploads are answered in an envelope of their own."""

import base64
import binascii
import io
import mimetypes
import re
from collections.abc import Iterator
from typing import Annotated, Any, BinaryIO, ClassVar

from pydantic import AfterValidator, ConfigDict, PrivateAttr

from suno_web.suno import limits
from suno_web.suno.checks import Draft, Problem, Request, no_address, too_long
from suno_web.suno.schemas.results import Result, Text, Whole

_DATA_URL = re.compile(r"data:(?P<type>[\w.+-]+/[\w.+-]+)?[^,]*,", re.IGNORECASE)
# What no folder or file name may hold: anything that climbs, or that a file system reads otherwise.
_UNSAFE = re.compile(r'(^|/)\.{1,2}(/|$)|[\\\x00-\x1f\x7f:*?"<>|]')

Folder = Annotated[str, AfterValidator(lambda path: path.strip().strip("/"))]


class DownloadUrlRequest(Request):
    """A link for 20 minutes to a file the service made."""

    url: str


class UploadRequest(Request):
    """Where an upload goes. upload_path: a folder without slashes at its ends; file_name: "" for one made up."""

    code: ClassVar[int] = 400
    required_first = ()

    upload_path: Folder
    file_name: str = ""

    left_out_empty = ("file_name",)

    @classmethod
    def missing(cls, field: str) -> Problem:
        message = f"Missing required parameter: {cls.wire_name(field)}"
        return Problem(field, "required", message, message, code=cls.code)

    @classmethod
    def rules(cls, draft: Draft) -> Iterator[Problem]:
        for field in ("upload_path", "file_name"):
            yield from too_long(draft, field, limits.UPLOAD_NAME, code=cls.code)
            if _UNSAFE.search(draft.get(field) or ""):
                yield cls.invalid(field)
        if "/" in (draft.get("file_name") or ""):
            yield cls.invalid("file_name")

    @classmethod
    def invalid(cls, field: str) -> Problem:
        message = f"Invalid parameter: {cls.wire_name(field)}"
        return Problem(field, "choice", message, message, code=cls.code)


class StreamUploadRequest(UploadRequest):
    """A file that came as a stream. file: open at its start, on disk when it is large."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    file: Any

    @property
    def name(self) -> str:
        """The name asked for, or the file's own; "" if it has none."""
        own = str(getattr(self.file, "name", "") or "").replace("\\", "/").rpartition("/")[2]
        return self.file_name or _UNSAFE.sub("_", own)[-limits.UPLOAD_NAME :]

    @property
    def size(self) -> int:
        return int(self.file.size)

    @property
    def content_type(self) -> str:
        """As its sender or its name says; what is in it may differ."""
        return getattr(self.file, "content_type", "") or _type_of(self.name)


class Base64UploadRequest(UploadRequest):
    """A file inside a JSON body: bare Base64, or a data URL. Same members as a streamed one."""

    base64_data: str
    _content: bytes | None = PrivateAttr(default=None)

    @classmethod
    def rules(cls, draft: Draft) -> Iterator[Problem]:
        yield from super().rules(draft)
        if not (data := draft.get("base64_data")):
            return
        content = _decoded(data)
        if not content:
            yield cls.invalid("base64_data")
        elif len(content) > limits.BASE64_BYTES:
            message = f"base64Data must not exceed {limits.BASE64_BYTES >> 20} MB; use the stream upload"
            yield Problem("base64_data", "limit", message, message, limits.BASE64_BYTES, cls.code)

    @property
    def content(self) -> bytes:
        if self._content is None:
            self._content = _decoded(self.base64_data) or b""
        return self._content

    @property
    def file(self) -> BinaryIO:
        return io.BytesIO(self.content)

    @property
    def name(self) -> str:
        return self.file_name

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def content_type(self) -> str:
        found = _DATA_URL.match(self.base64_data)
        return (found and found["type"]) or _type_of(self.name)


class UrlUploadRequest(UploadRequest):
    """A file the server fetches itself."""

    file_url: str

    @classmethod
    def rules(cls, draft: Draft) -> Iterator[Problem]:
        yield from super().rules(draft)
        yield from no_address(draft, "file_url", code=cls.code)

    @property
    def name(self) -> str:
        return self.file_name


class UploadedFile(Result):
    """Where an upload is. download_url is what other calls take as `upload_url`."""

    success: bool = True
    file_name: Text = ""
    file_path: Text = ""
    download_url: Text = ""
    file_size: Whole = None
    mime_type: Text = ""
    uploaded_at: Text = ""


def _decoded(data: str) -> bytes | None:
    """The bytes of Base64 or a data URL; None if it is neither."""
    found = _DATA_URL.match(data)
    bare = "".join((data[found.end() :] if found else data).split())
    try:
        # Some write it without its padding, some with the alphabet of addresses.
        return base64.b64decode(
            bare.translate(str.maketrans("-_", "+/")) + "=" * (-len(bare) % 4), validate=True
        )
    except (binascii.Error, ValueError):
        return None


def _type_of(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
