"""The front of the web application: slow people at the door keep nobody from working.

granian's WSGI gives a request to a worker thread before its body has come, and keeps the thread
until the last byte of the answer is taken, so eight connections that say nothing stop the house
(its maintainers leave that to a proxy). Here a request waits for its body, and an answer for its
reader, in the event loop; a thread works only while there is work. Why: docs/adr/0036.
"""

from __future__ import annotations

import asyncio
import io
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, cast
from urllib.parse import unquote_to_bytes
from wsgiref.util import FileWrapper

from django.core.wsgi import get_wsgi_application
from granian.rsgi import HTTPProtocol, ProtocolClosed, Scope  # type: ignore[attr-defined]

from thichinh.config import environment
from thichinh.launcher.children import die_with_parent

IN_MEMORY = 1 << 18
"""Bytes of a body kept in memory; a larger one waits on disk."""
LARGEST = 128 << 20
"""Bytes of the largest body that is read at all; what a page takes is its own, smaller limit."""
AT_ONCE = 1 << 14
"""Bytes of a stated body that is awaited as a whole: within PATIENCE it came faster than SLOWEST or
nearly so, and a wait for each piece would cost more than the rest of the front."""
PIECE = 1 << 17
PATIENCE = 30.0
"""Seconds without a byte after which a sender, or a reader, is let go."""
SLOWEST = 2000
"""Bytes a second, on average, below which a sender is let go too."""

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thichinh.config.settings")
if os.environ.get("THICHINH_SUPERVISED"):
    die_with_parent()  # a web process whose parent was killed must not keep the port
django = get_wsgi_application()
workers = ThreadPoolExecutor(environment.read().web_threads, thread_name_prefix="web")


class TooLargeError(Exception):
    """A body without a stated length went past LARGEST."""


class Answer:
    """What a WSGI application calls with its status and headers."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: list[tuple[str, str]] = []

    def __call__(
        self, status: str, headers: list[tuple[str, str]], exc_info: object = None
    ) -> None:
        self.status, self.headers = int(status[:3]), headers


async def application(scope: Scope, protocol: HTTPProtocol) -> None:
    """One request, as granian hands it over (RSGI)."""
    try:
        body = await arrived(scope, protocol)
    except TimeoutError:
        protocol.response_empty(408, [("connection", "close")])
        return
    except TooLargeError:
        protocol.response_empty(413, [("connection", "close")])
        return
    except ProtocolClosed:
        return
    answer = Answer()
    with body:
        loop = asyncio.get_running_loop()
        parts = await loop.run_in_executor(workers, _work, environ(scope, body), answer)
        if isinstance(parts, bytes):
            protocol.response_bytes(answer.status, answer.headers, parts)
        else:
            await _send(protocol, answer, parts)


async def arrived(scope: Scope, protocol: HTTPProtocol) -> IO[bytes]:
    """The whole body, on its own time.

    A body that is too large by its own word is not read: Django refuses it with a sentence.

    Raises:
        TimeoutError: it stopped coming, or comes slower than SLOWEST.
        TooLargeError: it has no stated length and does not end.
        ProtocolClosed: the sender went away before its end.
    """
    stated = scope.headers.get("content-length", "")
    size = int(stated) if stated.isdecimal() else None
    if scope.method in {"GET", "HEAD"} or (size is not None and size > LARGEST):
        return io.BytesIO()
    if size is not None and size <= AT_ONCE:
        return io.BytesIO(await asyncio.wait_for(protocol(), PATIENCE))
    return await _arrived_in_pieces(protocol, size)


async def _arrived_in_pieces(protocol: HTTPProtocol, stated: int | None) -> IO[bytes]:
    """A body longer than AT_ONCE, or of no stated length.

    granian ends the pieces of a broken connection as it ends those of a whole body.
    """
    body = cast(IO[bytes], tempfile.SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 - our caller's
    try:
        began, size, pieces = time.monotonic(), 0, protocol.__aiter__()
        while True:
            try:
                piece = await asyncio.wait_for(anext(pieces), PATIENCE)
            except StopAsyncIteration:
                break
            size += len(piece)
            if size > LARGEST:
                raise TooLargeError
            if time.monotonic() - began > PATIENCE + size / SLOWEST:
                raise TimeoutError
            body.write(piece)
        if stated is not None and size < stated:
            raise ProtocolClosed
    except BaseException:
        body.close()
        raise
    body.seek(0)
    return body


def _work(given: dict[str, Any], answer: Answer) -> bytes | Iterable[bytes]:
    """In a worker thread: Django's answer, whole unless it is made to come in pieces."""
    parts = cast(Any, django(given, cast(Any, answer)))
    if isinstance(parts, FileWrapper) or parts.streaming:
        return cast(Iterable[bytes], parts)
    try:
        return b"".join(parts)
    finally:
        parts.close()


async def _send(protocol: HTTPProtocol, answer: Answer, parts: Any) -> None:
    """Piece by piece, as fast as it is read."""
    loop = asyncio.get_running_loop()
    line = protocol.response_stream(answer.status, answer.headers)
    pieces: Iterator[bytes] = iter(parts)
    try:
        while piece := await loop.run_in_executor(workers, next, pieces, b""):
            await asyncio.wait_for(line.send_bytes(piece), PATIENCE)
    except (ProtocolClosed, TimeoutError):
        return  # the reader went away
    finally:
        await loop.run_in_executor(workers, parts.close)


def _pieces(file: IO[bytes], _asked: int = 0) -> FileWrapper:
    """A file in pieces worth a trip to a thread; Django asks for 4 kB."""
    return FileWrapper(file, PIECE)


def environ(scope: Scope, body: IO[bytes]) -> dict[str, Any]:
    """The request as PEP 3333 describes it."""
    server, _, port = scope.server.rpartition(":")
    given: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope.path).decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": _pieces,
    }
    for name, value in scope.headers.items():
        if "_" in name:  # would pass for a header with a hyphen that a proxy vouches for
            continue
        key = name.upper().replace("-", "_")
        if key not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
            key = f"HTTP_{key}"
        between = "; " if key == "HTTP_COOKIE" else ","
        given[key] = f"{given[key]}{between}{value}" if key in given else value
    if "CONTENT_LENGTH" not in given and body.seek(0, io.SEEK_END):
        given["CONTENT_LENGTH"] = str(body.tell())  # it came in chunks
    body.seek(0)
    return given
