"""A hub on this machine: what a download uses of the Hugging Face hub's protocol, and faults."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections import defaultdict
from contextlib import suppress
from email.message import Message
from enum import Enum, auto
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

_REPOSITORY = r"(?P<repository>[^/]+(?:/[^/]+)?)"
_INFO = re.compile(rf"/api/models/{_REPOSITORY}(?:/revision/(?P<revision>[^/]+))?")
_FILE = re.compile(rf"/{_REPOSITORY}/resolve/(?P<revision>[^/]+)/(?P<file>.+)")
_LFS_VERSION = "version https://git-lfs.github.com/spec/v1"
_LFS_SUFFIXES = (".safetensors", ".bin", ".spm", ".model")


class Fault(Enum):
    """What goes wrong with one answer about a file."""

    CUT = auto()  # the connection closes after half of the body
    CORRUPT = auto()  # one byte of the body is another, its length is right
    TRUNCATED = auto()  # body and Content-Length are half of what the metadata promise
    SLOW = auto()  # the body comes in eight pieces, ``Hub.pause`` seconds apart
    ERROR_500 = auto()
    MISSING = auto()  # 404, as if the file were not there


class _File:
    def __init__(self, content: bytes, *, lfs: bool) -> None:
        self.content = content
        self.size = len(content)
        sha256 = hashlib.sha256(content).hexdigest()
        pointer = f"{_LFS_VERSION}\noid sha256:{sha256}\nsize {self.size}\n"
        in_git = pointer.encode() if lfs else content
        self.blob_id = hashlib.sha1(b"blob %d\0" % len(in_git) + in_git).hexdigest()
        self.etag = sha256 if lfs else self.blob_id
        large = {"sha256": sha256, "size": self.size, "pointerSize": len(in_git)}
        self.lfs = large if lfs else None


class _Commit(NamedTuple):
    hash: str
    files: dict[str, _File]


class _Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes
    fault: Fault | None = None  # CUT and SLOW happen while the body is sent


class Hub:
    """Serves folders as model repositories while its context lasts."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[str] = []  # "GET /path?query", and the Range header if there was one
        self.token: str | None = None  # if set, every repository is private
        self.delay = 0.0  # seconds before each answer
        self.pause = 0.02  # seconds between the pieces of a slow body
        self._revisions: dict[str, dict[str, _Commit]] = defaultdict(dict)
        # Of each file: what goes wrong next, and with which method ("" is any).
        self._faults: dict[str, list[tuple[Fault, str]]] = defaultdict(list)
        self._lock = threading.Lock()
        self.closing = threading.Event()  # waited on, as tests may replace time.sleep

    def __enter__(self) -> Hub:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        # Leaving the context takes as long as one poll.
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def add(self, repo_id: str, folder: Path) -> str:
        """Make a folder's files, as they are now, the repository's ``main``; give the commit."""
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        files = {
            path.relative_to(folder).as_posix(): _File(
                path.read_bytes(), lfs=path.name.endswith(_LFS_SUFFIXES)
            )
            for path in paths
        }
        tree = "".join(f"{file.blob_id} {name}\n" for name, file in files.items())
        commit = _Commit(hashlib.sha1(tree.encode()).hexdigest(), files)
        self._revisions[repo_id] |= {"main": commit, commit.hash: commit}
        return commit.hash

    def heal(self) -> None:
        """Forget all faults to come."""
        with self._lock:
            self._faults.clear()

    def fail(self, file_name: str, fault: Fault, times: int = 1, *, method: str = "") -> None:
        """Let a file's next requests go wrong, after those that already will.

        ERROR_500 and MISSING take requests of any kind, first the client's HEAD, unless ``method``
        is "GET"; the others wait for a GET, which alone has a body to spoil.
        """
        if fault not in (Fault.ERROR_500, Fault.MISSING):
            method = "GET"
        with self._lock:
            self._faults[file_name] += [(fault, method)] * times

    def answer(self, method: str, target: str, headers: Message) -> _Answer:
        """What the hub says to one request."""
        span = headers.get("Range", "")
        with self._lock:
            self.requests.append(f"{method} {target} {span}".rstrip())
        url = urlsplit(target)
        match = _INFO.fullmatch(url.path) or _FILE.fullmatch(url.path)
        if not match:
            return _error(404, "", "Sorry, we can't find the page you are looking for.")
        asked = {name: unquote(part) for name, part in match.groupdict().items() if part}
        authorization = headers.get("Authorization")
        # To a stranger the hub doesn't tell a private repository from none at all.
        commits = self._revisions.get(asked["repository"])
        if authorization is None and (self.token is not None or not commits):
            return _error(401, "RepoNotFound", "Invalid username or password.")
        if self.token is not None and authorization != f"Bearer {self.token}":
            return _error(401, "", "Invalid credentials in Authorization header")
        if not commits:
            return _error(404, "RepoNotFound", "Repository not found")
        if not (commit := commits.get(asked.get("revision", "main"))):
            return _error(404, "RevisionNotFound", f"Invalid rev id: {asked['revision']}")
        if "file" in asked:
            return self._file(method, asked["file"], commit, span)
        siblings: list[dict[str, Any]] = [{"rfilename": name} for name in commit.files]
        if "blobs=" in url.query:
            for sibling, file in zip(siblings, commit.files.values(), strict=True):
                sibling.update(size=file.size, blobId=file.blob_id, lfs=file.lfs)
        info: dict[str, Any] = {"id": asked["repository"], "sha": commit.hash, "siblings": siblings}
        card = commit.files.get("README.md")
        if card and (licence := re.search(rb"^license: (\S+)$", card.content, re.MULTILINE)):
            info["cardData"] = {"license": licence[1].decode()}
        return _Answer(200, {"Content-Type": "application/json"}, json.dumps(info).encode())

    def _file(self, method: str, name: str, commit: _Commit, span: str) -> _Answer:
        with self._lock:
            faults = self._faults[name]
            fault = faults.pop(0)[0] if faults and faults[0][1] in ("", method) else None
        file = commit.files.get(name)
        if file is None or fault is Fault.MISSING:
            return _error(404, "EntryNotFound", "Entry not found")
        if fault is Fault.ERROR_500:
            return _error(500, "", "Internal Error")
        # No X-Xet-Hash, so that the client asks for the bytes themselves.
        headers = {"X-Repo-Commit": commit.hash, "ETag": f'"{file.etag}"', "Accept-Ranges": "bytes"}
        if file.lfs:
            headers |= {"X-Linked-ETag": f'"{file.etag}"', "X-Linked-Size": str(file.size)}
        status, body = 200, file.content
        if asked := re.fullmatch(r"bytes=(\d+)-(\d*)", span):
            start, end = int(asked[1]), min(int(asked[2] or file.size) + 1, file.size)
            if start >= end:
                return _Answer(416, headers | {"Content-Range": f"bytes */{file.size}"}, b"")
            status, body = 206, body[start:end]
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
        middle = len(body) // 2
        if fault is Fault.TRUNCATED:
            body = body[:middle]
        elif fault is Fault.CORRUPT and body:  # by one bit, so that ASCII stays ASCII
            body = body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]
        return _Answer(status, headers, body, fault)


def _error(status: int, code: str, message: str) -> _Answer:
    headers = {"Content-Type": "application/json", "X-Error-Message": message}
    if code:
        headers["X-Error-Code"] = code
    return _Answer(status, headers, json.dumps({"error": message}).encode())


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, hub: Hub, *arguments: Any) -> None:
        self.hub = hub
        super().__init__(*arguments)

    def handle(self) -> None:
        with suppress(ConnectionError):  # a client may go away
            super().handle()

    def do_GET(self) -> None:
        answer = self.hub.answer(self.command, self.path, self.headers)
        self.hub.closing.wait(self.hub.delay)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        # A connection kept open would outlive the hub, and answer the client of the next one.
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command == "HEAD":
            return
        if answer.fault is Fault.SLOW:
            length = len(answer.body) // 8 + 1
            for start in range(0, len(answer.body), length):
                self.wfile.write(answer.body[start : start + length])
                self.hub.closing.wait(self.hub.pause)
        else:
            half = len(answer.body) // 2
            self.wfile.write(answer.body[:half] if answer.fault is Fault.CUT else answer.body)

    do_HEAD = do_GET

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: stderr belongs to the test."""
