"""Translation memories in and out of files: JSON Lines, and TMX 1.4 for other programs."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import IO

from digestlang import __version__
from digestlang.errors import InputError, UnsupportedLanguageError
from digestlang.languages import Direction, Language, parse_language
from digestlang.memory import HUMAN, Entry

_TMX_CODES = ("bpt", "ept", "it", "ph", "ut")  # inline elements whose content is not words
_KEY_PROPERTY = "x-digestlang-key"
_ALTERNATIVE_PROPERTY = "x-digestlang-alternative"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def write_jsonl(entries: Iterable[Entry], file: IO[bytes]) -> int:
    """Write entries as JSON Lines, an object each with the fields of Entry. Returns how many."""
    count = 0
    for entry in entries:
        count += 1
        record = asdict(entry) | {"direction": str(entry.direction)}
        file.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
    return count


def read_jsonl(file: IO[bytes], name: str) -> Iterator[Entry]:
    """Read entries from JSON Lines; ``key``, ``created``, ``alternatives`` may be absent.

    Raises:
        InputError: naming the line that is not an entry.
    """
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            source, target = record["source"], record["target"]
            key, created = str(record.get("key") or HUMAN), str(record.get("created") or "")
            alternatives = tuple(record.get("alternatives") or ())
            for text in (source, target, key, created, *alternatives):
                text.encode()  # a string, and no half of a surrogate pair in it
            direction = Direction.parse(record["direction"])
        except (
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            RecursionError,
            UnsupportedLanguageError,
        ) as error:
            raise InputError(
                f"{name}:{number}: not a memory entry ({error}); "
                "source, target and direction (ko-en, en-ko) are needed"
            ) from None
        yield Entry(source, target, direction, key, created, alternatives)


def write_tmx(entries: Iterable[Entry], file: IO[bytes]) -> int:
    """Write entries as TMX 1.4 (LISA OSCAR, 2005). Returns how many.

    The engine's key goes into a ``prop`` of type ``x-digestlang-key``, alternatives into others, so
    that a TMX file read again restores them.
    """
    file.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4">\n')
    header = ET.Element(
        "header",
        {
            "creationtool": "digestlang",
            "creationtoolversion": __version__,
            "segtype": "sentence",
            "o-tmf": "digestlang",
            "adminlang": "en",
            "srclang": "*all*",
            "datatype": "plaintext",
        },
    )
    file.write(ET.tostring(header, encoding="utf-8", xml_declaration=False) + b"\n<body>\n")
    count = 0
    for entry in entries:
        count += 1
        unit = ET.Element("tu", {"srclang": str(entry.direction.source)})
        if entry.created:
            unit.set("creationdate", re.sub("[-:]", "", entry.created))
        if entry.key != HUMAN:
            ET.SubElement(unit, "prop", {"type": _KEY_PROPERTY}).text = _xml_text(entry.key)
        for alternative in entry.alternatives:
            prop = ET.SubElement(unit, "prop", {"type": _ALTERNATIVE_PROPERTY})
            prop.text = _xml_text(alternative)
        for language, text in (
            (entry.direction.source, entry.source),
            (entry.direction.target, entry.target),
        ):
            variant = ET.SubElement(unit, "tuv", {_XML_LANG: str(language)})
            ET.SubElement(variant, "seg").text = _xml_text(text)
        file.write(ET.tostring(unit, encoding="utf-8", xml_declaration=False) + b"\n")
    file.write(b"</body>\n</tmx>\n")
    return count


def read_tmx(file: IO[bytes], name: str) -> Iterator[Entry]:
    """Read entries from TMX 1.4: every unit with a Korean and an English variant.

    A unit without a source language of its own serves both directions. Inline elements keep their
    text only.

    Raises:
        InputError: if the file is not well-formed XML or not TMX.
    """
    default_source = ""
    try:
        for event, element in ET.iterparse(file, events=("start", "end")):
            if event == "start":
                if element.tag == "header":
                    default_source = element.get("srclang", "")
                continue
            if element.tag == "tu":
                yield from _unit_entries(element, element.get("srclang") or default_source)
                element.clear()
        if element.tag != "tmx":
            raise InputError(f"{name}: not a TMX file (its root is <{element.tag}>)")
    except (ET.ParseError, LookupError) as error:  # the latter for an encoding nobody knows
        raise InputError(f"{name}: not well-formed XML ({error})") from None


def _unit_entries(unit: ET.Element, source_language: str) -> Iterator[Entry]:
    texts: dict[Language, str] = {}
    for variant in unit.iter("tuv"):
        segment = variant.find("seg")
        try:
            language = parse_language(variant.get(_XML_LANG) or variant.get("lang") or "")
        except UnsupportedLanguageError:
            continue
        if segment is not None:
            texts[language] = _segment_text(segment)
    if len(texts) < 2 or not all(text.strip() for text in texts.values()):
        return
    key = next((p.text or "" for p in unit.iter("prop") if p.get("type") == _KEY_PROPERTY), HUMAN)
    alternatives = tuple(
        p.text or "" for p in unit.iter("prop") if p.get("type") == _ALTERNATIVE_PROPERTY
    )
    created = re.sub(
        r"(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)", r"\1-\2-\3:\4:\5", unit.get("creationdate", "")
    )
    try:
        sources = [parse_language(source_language)]
    except UnsupportedLanguageError:  # "*all*": any variant may be the source
        sources = list(texts)
    for source in sources:
        direction = Direction(source, source.other)
        yield Entry(texts[source], texts[source.other], direction, key, created, alternatives)


def _segment_text(element: ET.Element) -> str:
    """The words of a segment, without the native codes that its inline elements hold."""
    text = element.text or ""
    for child in element:
        if child.tag not in _TMX_CODES:
            text += _segment_text(child)
        text += child.tail or ""
    return text


def _xml_text(text: str) -> str:
    """Text without the control characters that XML 1.0 cannot hold."""
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
