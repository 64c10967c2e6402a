"""Reading what was sent to a server of the Suno API: a query, JSON of three sizes, or a form with a file.

Files come by way of the disk, and nothing is read beyond what a call may carry.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler, StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from suno_web.suno import errors, limits
from suno_web.suno.operations import Operation

# Base64 has four characters for three bytes; some are left for the names around it.
_LARGEST_BODY = limits.BASE64_BYTES * 4 // 3 + 2**16


def sent(request: HttpRequest, operation: Operation[Any, Any]) -> Mapping[str, Any]:
    """What an operation is asked with, by wire name. Raises errors.Invalid."""
    if operation.method == "GET":
        return request.GET.dict()
    if operation.body == "multipart":
        return _form(request)
    return _object(_large(request) if operation.body == "large" else _small(request))


def _object(body: bytes) -> Mapping[str, Any]:
    """The JSON object sent, whatever its content type claims."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise errors.Invalid("The request body is not valid JSON", code=400) from exc
    if not isinstance(found, dict):
        raise errors.Invalid("The request body must be a JSON object", code=400)
    return found


def _small(request: HttpRequest) -> bytes:
    try:
        return request.body
    except RequestDataTooBig as exc:
        raise errors.Invalid("The request body is too large", code=413) from exc
    except UnreadablePostError as exc:
        raise errors.Invalid("The request body is not valid JSON", code=400) from exc


def _large(request: HttpRequest) -> bytes:
    """A body with a file in it, past Django's bound for bodies and within our own."""
    try:
        body = request.read(_LARGEST_BODY + 1)
    except UnreadablePostError as exc:
        raise errors.Invalid("The request body is not valid JSON", code=400) from exc
    if len(body) > _LARGEST_BODY:
        raise errors.Invalid(
            f"The file must not exceed {limits.BASE64_BYTES >> 20} MB; use the stream upload", code=400
        )
    return body


class _Bounded(FileUploadHandler):
    """Stops an upload that is larger than uploads may be."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > limits.UPLOAD_BYTES:
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def _form(request: HttpRequest) -> Mapping[str, Any]:
    """The fields of a form and its file, which is on disk by then however small it is."""
    bounded = _Bounded(request)
    request.upload_handlers = [bounded, TemporaryFileUploadHandler(request)]
    try:
        fields, files = request.POST.dict(), request.FILES
    except (MultiPartParserError, SuspiciousOperation, UnreadablePostError) as exc:
        raise errors.Invalid("The request body is not a valid form", code=400) from exc
    if bounded.received > limits.UPLOAD_BYTES:
        raise errors.Invalid(f"The file must not exceed {limits.UPLOAD_BYTES >> 20} MB", code=400)
    # Some clients call the part by another name.
    named = files.getlist("file") or [one for name in files for one in files.getlist(name)]
    file = named[0] if named else None
    if file and not file.size:
        raise errors.Invalid("Invalid parameter: file is empty", code=400)
    return {**fields, "file": file}
