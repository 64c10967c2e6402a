"""Tables as CSV files, with formulas made harmless: short ones written whole, long ones streamed in bounded memory."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from suno_web import media

# Rows that are written at once: some hundred kilobytes.
CHUNK: Final = 5000
# What a spreadsheet takes for the beginning of a formula.
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
# Tells a spreadsheet that the file is UTF-8.
MARK = "\ufeff"


def text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as the text of a file."""
    return MARK + _lines([header, *rows])


def answer(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A table of some thousand rows as a download called `name`."""
    return HttpResponse(text(header, rows), headers=_headers(name))


def csv_answer(
    request: HttpRequest, name: str, header: Sequence[str], rows: Iterable[Sequence[object]]
) -> HttpResponseBase:
    """A table of any length as a download called `name`. rows may be a generator that reads the database as it goes."""
    headers = _headers(name)
    chunks = _chunks(header, rows)
    if hasattr(request, "scope"):
        # Under ASGI, Django would read a plain iterator to its end before it sends the first byte.
        return media.carried(request, lambda: _in_threads(chunks), headers=headers)
    return StreamingHttpResponse(chunks, headers=headers)


def cell(value: object) -> object:
    """A value as a spreadsheet may show it: text that would be a formula is marked as text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULAS) else value


def _headers(name: str) -> dict[str, str]:
    return {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": str(content_disposition_header(True, name)),
        "Cache-Control": "private, no-store",
    }


def _chunks(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    yield text(header, []).encode()
    lines = iter(rows)
    while chunk := list(islice(lines, CHUNK)):
        yield _lines(chunk).encode()


def _lines(rows: Iterable[Sequence[object]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows([cell(value) for value in row] for row in rows)
    return written.getvalue()


async def _in_threads(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Each chunk made in a thread of the pool: none is held while the client reads."""
    while chunk := await asyncio.to_thread(_next, chunks):
        yield chunk


def _next(chunks: Iterator[bytes]) -> bytes:
    try:
        return next(chunks, b"")
    finally:
        # The next chunk may be made in another thread, and nobody else closes what this one has opened.
        connection.close()
