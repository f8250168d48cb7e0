"""Translation memories in files: what goes out comes back, what is wrong is named."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET

import pytest

from digestlang.errors import InputError
from digestlang.exchange import read_jsonl, read_tmx, write_jsonl, write_tmx
from digestlang.languages import Direction
from digestlang.memory import HUMAN, Entry

KO_EN, EN_KO = Direction.parse("ko-en"), Direction.parse("en-ko")
ENTRIES = [
    Entry(
        "A digest.",
        "다이제스트.",
        EN_KO,
        "small@1 beam=4",
        "2024-01-02T03:04:05Z",
        ("한 다이제스트.", "요약."),
    ),
    Entry("a < b & c", "a < b & c입니다.", EN_KO, "small@1 beam=4", "2024-01-02T03:04:05Z"),
    Entry('두\n줄과\t탭, "따옴표"', "Two\nlines, a\ttab", KO_EN, HUMAN, "2023-01-02T03:04:05Z"),
]


def test_json_lines_carry_everything_there_and_back() -> None:
    file = io.BytesIO()
    assert write_jsonl(ENTRIES, file) == 3
    assert file.getvalue().count(b"\n") == 3
    file.seek(0)
    assert list(read_jsonl(file, "x")) == ENTRIES


def test_tmx_carries_everything_there_and_back() -> None:
    file = io.BytesIO()
    assert write_tmx(ENTRIES, file) == 3
    file.seek(0)
    assert list(read_tmx(file, "x")) == ENTRIES


def test_tmx_is_what_its_specification_says() -> None:
    file = io.BytesIO()
    write_tmx(ENTRIES, file)
    root = ET.fromstring(file.getvalue())
    header = root.find("header")
    assert (root.tag, root.get("version")) == ("tmx", "1.4")
    assert header is not None
    required = "creationtool creationtoolversion segtype o-tmf adminlang srclang datatype"
    assert set(required.split()) <= set(header.keys())
    unit = root.findall("body/tu")[0]
    assert unit.get("creationdate") == "20240102T030405Z"
    assert [v.get("{http://www.w3.org/XML/1998/namespace}lang") for v in unit.iter("tuv")] == [
        "en",
        "ko",
    ]


def test_characters_that_xml_cannot_hold_are_left_out_of_tmx() -> None:
    file = io.BytesIO()
    write_tmx([Entry("a\x00b\x0bc\ufffed\U0001f600", "가\x1b나", EN_KO, "k\x01")], file)
    file.seek(0)
    (entry,) = read_tmx(file, "x")
    assert (entry.source, entry.target, entry.key) == ("abcd\U0001f600", "가나", "k")


def tmx(body: str, source: str = "en") -> io.BytesIO:
    text = (
        '<?xml version="1.0"?><!DOCTYPE tmx SYSTEM "tmx14.dtd"><tmx version="1.4">'
        f'<header srclang="{source}"/><body>{body}</body></tmx>'
    )
    return io.BytesIO(text.encode())


def unit(attributes: str = "", english: str = "Yes", korean: str = "네") -> str:
    return (
        f'<tu {attributes}><tuv xml:lang="en-US"><seg>{english}</seg></tuv>'
        f'<tuv xml:lang="ko-KR"><seg>{korean}</seg></tuv></tu>'
    )


@pytest.mark.parametrize(
    ("file", "directions"),
    [
        (tmx(unit()), [EN_KO]),
        (tmx(unit(), source="KO-kr"), [KO_EN]),
        (tmx(unit('srclang="ko"')), [KO_EN]),
        (tmx(unit(), source="*all*"), [EN_KO, KO_EN]),
        (tmx(unit('srclang="*all*"')), [EN_KO, KO_EN]),
        (tmx(unit().replace("xml:lang", "lang")), [EN_KO]),  # as TMX 1.1 had it
    ],
)
def test_the_source_language_of_tmx_gives_the_direction(
    file: io.BytesIO, directions: list[Direction]
) -> None:
    entries = list(read_tmx(file, "x"))
    assert [entry.direction for entry in entries] == directions
    for entry in entries:
        texts = (entry.source, entry.target)
        assert texts == (("Yes", "네") if entry.direction == EN_KO else ("네", "Yes"))
        assert entry.key == HUMAN


def test_inline_elements_of_tmx_keep_their_text() -> None:
    english = 'Read <bpt i="1">&lt;b&gt;</bpt>the <hi>new</hi> paper<ept i="1">&lt;/b&gt;</ept>.'
    (entry,) = read_tmx(tmx(unit(english=english)), "x")
    assert entry.source == "Read the new paper."


def test_units_without_both_languages_are_left_out() -> None:
    french = (
        '<tu><tuv xml:lang="fr"><seg>Oui</seg></tuv><tuv xml:lang="ko"><seg>네</seg></tuv></tu>'
    )
    empty = unit(english="", korean="")
    assert [e.source for e in read_tmx(tmx(french + empty + unit()), "x")] == ["Yes"]


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "not well-formed"), (b"<tmx><body>", "not well-formed"), (b"<html/>", "not a TMX file")],
)
def test_what_is_no_tmx_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        list(read_tmx(io.BytesIO(content), "x.tmx"))


def test_an_entry_without_a_key_was_made_by_people() -> None:
    record = {"source": "Yes", "target": "네", "direction": "en-ko"}
    for extra in ({}, {"key": None, "created": None}):
        file = io.BytesIO(json.dumps(record | extra).encode())
        assert list(read_jsonl(file, "x")) == [Entry("Yes", "네", EN_KO, HUMAN)]


@pytest.mark.parametrize(
    "line",
    [
        "not JSON",
        "[]",
        "7",
        "[" * 100_000,
        '{"source": "Yes", "target": "네"}',
        '{"source": "Yes", "direction": "en-ko"}',
        '{"source": "Yes", "target": "네", "direction": "en-fr"}',
        '{"source": "Yes", "target": "네", "direction": "en-en"}',
        '{"source": "Yes", "target": "네", "direction": 1}',
        '{"source": "Yes", "target": null, "direction": "en-ko"}',
        '{"source": "Yes \\ud800", "target": "네", "direction": "en-ko"}',
    ],
    ids=lambda line: line[:60],
)
def test_a_line_that_is_no_entry_is_named(line: str) -> None:
    good = '{"source": "Yes", "target": "네", "direction": "en-ko"}'
    with pytest.raises(InputError, match=r"^x\.jsonl:3: not a memory entry"):
        list(read_jsonl(io.BytesIO(f"{good}\n\n{line}\n".encode()), "x.jsonl"))
