"""Held-out pairs: texts in both languages, read from every file such pairs are kept in.

| file | what it holds |
|---|---|
| ``.jsonl`` | one object a pair: ``en`` and ``ko``; if wanted ``id``, ``domain``, ``origin`` (en, ko), ``format`` (markdown, text), and second references ``en2``, ``ko2`` |
| ``.tsv`` | two texts a line, Hangul tells which is which; before them an id, or a source and a score; or any columns named as in JSON Lines by a first line |
| ``.tmx`` | TMX 1.4 |
| ``x.en`` and ``x.ko`` | parallel text files, a text a line; ``x`` names both |

All of them may be compressed by xz. Texts are normalised to NFC.
"""  # noqa: E501

from __future__ import annotations

import hashlib
import io
import json
import lzma
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from digestlang.digest.document import LINE_END, Format
from digestlang.digest.files import STDIN, decode, read_bytes
from digestlang.errors import InputError, UnsupportedLanguageError, UsageError
from digestlang.exchange import read_tmx
from digestlang.languages import Direction, Language, parse_language
from digestlang.memory import normalised

_FIELDS = {"id", "domain", "origin", "format", "en", "ko", "en2", "ko2"}
_FORMATS = {"": None, "markdown": Format.MARKDOWN, "plain": Format.TEXT, "text": Format.TEXT}
_HANGUL = re.compile("[가-힣]")


@dataclass(frozen=True, slots=True)
class Pair:
    """One text in both languages. ``texts`` has at least one of each; the others are references.

    ``origin`` is the language it was first written in, where that is known; ``format`` how the text
    is to be read, None where the file does not say.
    """

    id: str
    texts: Mapping[Language, Sequence[str]]
    domain: str = ""
    origin: Language | None = None
    format: Format | None = None

    def source(self, direction: Direction) -> str:
        """The text to translate."""
        return self.texts[direction.source][0]

    def references(self, direction: Direction) -> Sequence[str]:
        """What a translation is compared with."""
        return self.texts[direction.target]


@dataclass(frozen=True, slots=True)
class PairSet:
    """The pairs of one file, and the SHA-256 of their texts."""

    name: str
    pairs: Sequence[Pair]
    checksum: str = field(init=False)

    def __post_init__(self) -> None:
        content = json.dumps([[pair.id, dict(pair.texts)] for pair in self.pairs])
        object.__setattr__(self, "checksum", hashlib.sha256(content.encode()).hexdigest())


# -- finding --------------------------------------------------------------------------------------


def pairs_folder() -> Path:
    """Where the sets that come with digestlang are: in the package, or in a checkout's eval/."""
    package = Path(__file__).parents[1]
    installed = package / "_pairs"
    return installed if installed.is_dir() else package.parent.parent / "eval" / "pairs"


def set_names() -> list[str]:
    """The names of the sets that come with digestlang."""
    return sorted(path.stem for path in pairs_folder().glob("*.jsonl"))


def load_set(name_or_path: str) -> PairSet:
    """Read the set of a name, a file, or the two files ``PATH.en`` and ``PATH.ko``.

    Raises:
        InputError: if there is no such set or its file is malformed (says where).
    """
    path = Path(name_or_path)
    if path.name == name_or_path and name_or_path in set_names():
        path = pairs_folder() / f"{name_or_path}.jsonl"
    if path.is_file() and path.suffix not in (".en", ".ko"):
        return _checked(path.stem.removesuffix(".tsv"), read_pairs(path), str(path))
    stem = path.with_suffix("") if path.is_file() else path
    sides = {language: Path(f"{stem}.{language}") for language in Language}
    for side in sides.values():
        if not side.is_file():
            names = ", ".join(set_names()) or "none"
            raise InputError(
                f"no pairs {name_or_path!r}: neither a file, nor {stem}.en with {stem}.ko, "
                f"nor one of the sets that come with digestlang ({names})"
            )
    return _checked(stem.name, _parallel(sides), name_or_path)


def parallel_set(source: Path, references: Sequence[Path]) -> PairSet:
    """Read a set from a file of sources and files of references, a text a line.

    Raises:
        InputError: if their lines are not equally many, or one is empty.
        UsageError: if source and references are in the same language.
    """
    lines = {path: read_lines(path) for path in (source, *references)}
    languages = {path: majority_language(texts) for path, texts in lines.items()}
    target = languages[source].other
    for path in references:
        if languages[path] is not target:
            raise UsageError(f"{path} is in the same language ({languages[path]}) as {source}")
        _check_equally_many(source, lines[source], path, lines[path])
    pairs = (
        Pair(str(number), {target.other: [text], target: list(translations)})
        for number, (text, *translations) in enumerate(zip(*lines.values(), strict=True), start=1)
    )
    return _checked(source.stem, pairs, str(source))


def _parallel(sides: Mapping[Language, Path]) -> Iterator[Pair]:
    lines = {language: read_lines(path) for language, path in sides.items()}
    first, second = Language
    _check_equally_many(sides[first], lines[first], sides[second], lines[second])
    for number, texts in enumerate(zip(*lines.values(), strict=True), start=1):
        yield Pair(str(number), {lang: [text] for lang, text in zip(lines, texts, strict=True)})


def _check_equally_many(
    first: Path, first_lines: Sequence[str], second: Path, second_lines: Sequence[str]
) -> None:
    if len(first_lines) != len(second_lines):
        raise InputError(
            f"{first} has {len(first_lines)} lines, {second} {len(second_lines)}; "
            "parallel files have equally many"
        )


def _checked(name: str, pairs: Iterable[Pair], where: str) -> PairSet:
    """A set of pairs that has some, each with an id of its own and no text empty."""
    kept: list[Pair] = []
    places: dict[str, int] = {}
    for number, pair in enumerate(pairs, start=1):
        if pair.id in places:
            raise InputError(
                f"{where}: pair {number} has the id {pair.id!r} of pair {places[pair.id]}"
            )
        if not all(text.strip() for texts in pair.texts.values() for text in texts):
            raise InputError(f"{where}: pair {number} ({pair.id}) has an empty text")
        places[pair.id] = number
        kept.append(pair)
    if not kept:
        raise InputError(f"{where}: no pairs in it")
    return PairSet(name, kept)


# -- reading --------------------------------------------------------------------------------------


def read_pairs(path: Path) -> Iterator[Pair]:
    """Yield the pairs of a file as they come, without comparing them with each other.

    Raises:
        InputError: if the file cannot be read or is malformed; names the line.
    """
    suffix = Path(path.stem).suffix if path.suffix == ".xz" else path.suffix
    reader = _READERS.get(suffix.lower())
    if reader is None:
        raise InputError(f"{path}: pairs are read from {' '.join(_READERS)} files")
    yield from reader(_read(path), str(path))


def read_lines(path: Path) -> list[str]:
    """The lines of a text file (``-`` is standard input), NFC, whatever their ends.

    Raises:
        InputError: if it cannot be read, is empty, binary or not UTF-8.
    """
    return _lines(_read(path))


def majority_language(texts: Sequence[str]) -> Language:
    """The language most texts are in: those with a Hangul syllable are Korean."""
    korean = sum(bool(_HANGUL.search(text)) for text in texts)
    return Language.KOREAN if 2 * korean > len(texts) else Language.ENGLISH


def _read(path: Path) -> str:
    is_stdin = str(path) == STDIN
    name = "<stdin>" if is_stdin else str(path)
    raw = read_bytes(None if is_stdin else path, name)
    if path.suffix == ".xz":
        try:
            raw = lzma.decompress(raw)
        except lzma.LZMAError as error:
            raise InputError(f"{name}: not a whole xz file ({error})") from None
    return decode(raw, name)


def _lines(text: str) -> list[str]:
    lines = LINE_END.split(normalised(text).removeprefix("\ufeff"))
    return lines[:-1] if not lines[-1] else lines


def _jsonl(text: str, name: str) -> Iterator[Pair]:
    for number, line in enumerate(_lines(text), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{name}:{number}: not JSON ({error})") from None
        if not isinstance(record, dict):
            raise InputError(f"{name}:{number}: a JSON object is expected")
        yield _pair(record, f"{name}:{number}", number)


def _tsv(text: str, name: str) -> Iterator[Pair]:
    rows = [line.split("\t") for line in _lines(text)]
    columns = rows[0] if {"en", "ko"} <= set(rows[0]) <= _FIELDS else None
    if columns is None:
        columns = _columns(rows, name)
    else:
        rows[0] = []
    for number, row in enumerate(rows, start=1):
        if not row or row == [""]:
            continue
        if len(row) != len(columns):
            raise InputError(
                f"{name}:{number}: {len(row)} columns, where the first line has {len(columns)}"
            )
        yield _pair(dict(zip(columns, row, strict=True)), f"{name}:{number}", number)


def _columns(rows: Sequence[Sequence[str]], name: str) -> list[str]:
    """The names of columns that no header names: the last two are the texts."""
    before = {2: [], 3: ["id"], 4: ["domain", ""]}.get(len(rows[0]))
    if before is None:
        raise InputError(f"{name}:1: {len(rows[0])} columns; two texts, with an id before them, or")
    whole = [row for row in rows[:1000] if len(row) == len(rows[0])]
    first, second = (majority_language([row[i] for row in whole]) for i in (-2, -1))
    if first is second:
        raise InputError(f"{name}: the last two columns are in the same language ({first})")
    return [*before, str(first), str(second)]


def _tmx(text: str, name: str) -> Iterator[Pair]:
    seen: set[tuple[str, str]] = set()
    for entry in read_tmx(io.BytesIO(text.encode()), name):
        source, target = normalised(entry.source), normalised(entry.target)
        texts = {entry.direction.source: [source], entry.direction.target: [target]}
        key = (texts[Language.ENGLISH][0], texts[Language.KOREAN][0])
        if key not in seen:  # a unit that serves both directions is one pair
            seen.add(key)
            yield Pair(str(len(seen)), texts)


_READERS: dict[str, Callable[[str, str], Iterator[Pair]]] = {
    ".jsonl": _jsonl,
    ".tsv": _tsv,
    ".tmx": _tmx,
}


def _pair(record: Mapping[str, object], where: str, number: int) -> Pair:
    """A pair from the fields of a record.

    Raises:
        InputError: if a text is missing or a field is not what it should be.
    """
    for name in ("en", "ko"):
        if not isinstance(record.get(name), str):
            raise InputError(f"{where}: no text {name!r}; every pair has en and ko")
    strings = {name: normalised(v) for name, v in record.items() if isinstance(v, str)}
    odd = [name for name in _FIELDS & record.keys() if name not in strings and name != "id"]
    if odd:
        raise InputError(f"{where}: {odd[0]!r} is not a string")
    format_ = strings.get("format", "")
    if format_ not in _FORMATS:
        raise InputError(f"{where}: format {format_!r}; markdown or text is expected")
    try:
        origin = parse_language(strings["origin"]) if strings.get("origin") else None
    except UnsupportedLanguageError as error:
        raise InputError(f"{where}: origin: {error}") from None
    return Pair(
        str(record.get("id", number)),
        {
            language: [strings[k] for k in (language, f"{language}2") if strings.get(k)]
            for language in Language
        },
        strings.get("domain", ""),
        origin,
        _FORMATS[format_],
    )
