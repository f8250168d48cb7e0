"""SHA-256 of files, and the folder for what can be made again."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import platformdirs

from digestlang import settings
from digestlang.errors import ModelError


def checksum(path: Path, *, anew: bool = False) -> str:
    """Return a file's SHA-256, remembered in the user's cache by its path, size and time.

    Raises:
        ModelError: if the file cannot be read.
    """
    try:
        status = path.stat()
        stamp = f"{path.resolve()}|{status.st_size}|{status.st_mtime_ns}"
        entry = cache_folder() / "checksums" / hashlib.sha256(stamp.encode()).hexdigest()
        if not anew and entry.is_file():
            return entry.read_text(encoding="ascii")
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror})") from None
    try:
        entry.parent.mkdir(parents=True, exist_ok=True)
        partial = entry.with_suffix(f".{os.getpid()}")
        partial.write_text(digest, encoding="ascii")
        partial.replace(entry)
    except OSError:
        pass  # a cache that cannot be written only costs time
    return digest


def cache_folder() -> Path:
    """Where what can be made again is kept: converted models, checksums already computed."""
    user = settings.value("cache")
    return Path(user) if user else platformdirs.user_cache_path("digestlang")
