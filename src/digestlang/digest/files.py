"""Digest files on disk: finding, reading, and writing them whole or not at all."""

from __future__ import annotations

import contextlib
import glob
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from digestlang.digest.document import Document, Format
from digestlang.digest.jsonl import read_jsonl
from digestlang.digest.markdown import read_markdown
from digestlang.digest.plain_text import read_text
from digestlang.errors import InputError, OutputError
from digestlang.languages import Language

STDIN = "-"
SUFFIXES: dict[str, Format] = {
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".mdown": Format.MARKDOWN,
    ".mkd": Format.MARKDOWN,
    ".txt": Format.TEXT,
    ".text": Format.TEXT,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
}


@dataclass(frozen=True, slots=True)
class Source:
    """An input file, and its path below the directory it was found in (or just its name)."""

    path: Path
    relative: Path
    from_directory: bool = False

    @property
    def is_stdin(self) -> bool:
        return str(self.path) == STDIN


def find_sources(arguments: Sequence[str], *, leave_out: Path | None = None) -> list[Source]:
    """Return the files that file names, directories, globs and ``-`` stand for, without repeats.

    In directories only files with a known suffix count, no hidden ones, none below ``leave_out``
    (where translations are written), and not ``x.ko.md`` beside an ``x.md``.

    Raises:
        InputError: if an argument stands for nothing.
    """
    sources: dict[Path, Source] = {}
    for argument in arguments:
        for source in _expand(argument, leave_out):
            sources.setdefault(source.path if source.is_stdin else source.path.resolve(), source)
    return list(sources.values())


def _expand(argument: str, leave_out: Path | None) -> list[Source]:
    path = Path(argument)
    if path.is_dir():
        found = [Source(f, f.relative_to(path), True) for f in sorted(_walk(path, leave_out))]
        if not found:
            raise InputError(f"{path}: no digest in it; known suffixes are {' '.join(SUFFIXES)}")
        return found
    if argument == STDIN or path.exists():
        return [Source(path, Path(path.name))]
    matches = sorted(glob.glob(argument, recursive=True)) if glob.has_magic(argument) else []
    if not matches:
        raise InputError(f"{argument}: no such file or directory")
    return [source for match in matches for source in _expand(match, leave_out)]


def _walk(directory: Path, leave_out: Path | None) -> Iterator[Path]:
    for folder, subfolders, names in os.walk(directory):
        subfolders[:] = [
            name
            for name in subfolders
            if not name.startswith(".")
            and (leave_out is None or (Path(folder) / name).resolve() != leave_out.resolve())
        ]
        for name in names:
            path = Path(folder) / name
            if path.suffix.lower() not in SUFFIXES or name.startswith("."):
                continue
            original = _without_language(path.stem) + path.suffix
            if original == name or original not in names:
                yield path


def _without_language(stem: str) -> str:
    tag = Path(stem).suffix
    return stem.removesuffix(tag) if tag.removeprefix(".") in list(Language) else stem


def output_name(path: Path, target: Language) -> Path:
    """The default output for an input: ``x.md`` and ``x.en.md`` give ``x.ko.md``."""
    return path.with_name(f"{_without_language(path.stem)}.{target}{path.suffix}")


def read(source: Source, format_: Format | None = None, fields: Sequence[str] = ()) -> Document:
    """Read a file into a document; the suffix tells the format unless it is given.

    Raises:
        InputError: if the file cannot be read, is empty, binary, or not UTF-8 (says where).
        UsageError: if JSON Lines are read and no field is named.
    """
    # A file's name may be any bytes; what is shown and reported of it must be text.
    name = os.fsencode(source.path).decode("utf-8", "backslashreplace")
    name = "<stdin>" if source.is_stdin else name
    text = decode(read_bytes(None if source.is_stdin else source.path, name), name)
    match format_ or SUFFIXES.get(source.path.suffix.lower(), Format.MARKDOWN):
        case Format.JSONL:
            return read_jsonl(text, name, fields)
        case Format.TEXT:
            return read_text(text, name)
        case _:
            return read_markdown(text, name)


def read_bytes(path: Path | None, name: str) -> bytes:
    """What is in a file, or on standard input where the path is None.

    Raises:
        InputError: if it cannot be read.
    """
    try:
        return sys.stdin.buffer.read() if path is None else path.read_bytes()
    except OSError as error:
        raise InputError(f"{name}: cannot be read ({error.strerror})") from None


def decode(raw: bytes, name: str) -> str:
    """The text of a file's bytes.

    Raises:
        InputError: if there are none, or they are no UTF-8 text (says where).
    """
    if not raw:
        raise InputError(f"{name}: the file is empty")
    if b"\0" in raw:
        raise InputError(f"{name}: a binary file (NUL at byte {raw.index(0)}), not text")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name}: not UTF-8 at byte {error.start}; convert it, e.g. with iconv -t UTF-8"
        ) from None


def write(path: Path, text: str, *, force: bool = False) -> None:
    """Write a file whole: to a temporary file beside it, which then takes its name.

    Raises:
        OutputError: if the file is there (unless ``force``) or cannot be written; it is then as it
            was before.
    """
    check_writable(path, force=force)
    temporary = ""
    try:
        path = path.resolve()  # what a link points to is written, the link stays
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        os.replace(temporary, path)
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be written ({error.strerror}); nothing was changed"
        ) from None
    finally:
        if temporary:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)


def check_writable(path: Path, *, force: bool) -> None:
    """Raise OutputError if a file is there already and must not be overwritten."""
    if path.is_dir():
        raise OutputError(f"{path}: is a directory")
    if path.exists() and not force:
        raise OutputError(f"{path}: exists; --force overwrites it")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
