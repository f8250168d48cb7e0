"""The memory: found again, shared between processes, carried elsewhere and back."""

from __future__ import annotations

import io
import json
import sqlite3
import subprocess
import sys
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import FakeEngine

from digestlang import memory as module
from digestlang.errors import InputError, TranslationMemoryError
from digestlang.languages import Direction
from digestlang.memory import (
    HUMAN,
    Entry,
    Memory,
    RememberingEngine,
    default_path,
    read_jsonl,
    read_tmx,
    write_jsonl,
    write_tmx,
)

KO_EN, EN_KO = Direction.parse("ko-en"), Direction.parse("en-ko")
ENTRIES = [
    Entry("A digest.", "다이제스트.", EN_KO, "small@1 beam=4", "2024-01-02T03:04:05Z"),
    Entry("a < b & c", "a < b & c입니다.", EN_KO, "small@1 beam=4", "2024-01-02T03:04:05Z"),
    Entry('두\n줄과\t탭, "따옴표"', "Two\nlines, a\ttab", KO_EN, HUMAN, "2023-01-02T03:04:05Z"),
]


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    opened = Memory(tmp_path / "folder" / "memory.sqlite3")
    yield opened
    opened.close()


# -- finding --------------------------------------------------------------------------------------


def test_what_was_added_is_found_by_source_direction_and_key(memory: Memory) -> None:
    assert memory.add(ENTRIES) == 3
    found = memory.find(["A digest.", "unknown"], EN_KO, "small@1 beam=4")
    assert found == {"A digest.": "다이제스트."}
    assert memory.find(["A digest."], EN_KO, "small@1 beam=5") == {}
    assert memory.find(["A digest."], KO_EN, "small@1 beam=4") == {}


def test_what_was_added_is_there_when_opened_again(memory: Memory) -> None:
    memory.add(ENTRIES)
    again = Memory(memory.path)
    assert sorted(again.entries(), key=str) == sorted(ENTRIES, key=str)
    again.close()


def test_the_newest_translation_of_a_key_stays(memory: Memory) -> None:
    memory.add([Entry("A digest.", "옛 번역", EN_KO, "k")])
    memory.add([Entry("A digest.", "새 번역", EN_KO, "k")])
    assert memory.find(["A digest."], EN_KO, "k") == {"A digest.": "새 번역"}
    assert memory.counts() == [("en-ko", "k", 1)]


@pytest.mark.parametrize("stored", ["NFC", "NFD"])
def test_decomposed_hangul_is_found_again(memory: Memory, stored: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, "한국어 요약") for form in ("NFC", "NFD"))
    memory.add([Entry(composed if stored == "NFC" else decomposed, "Summary", KO_EN, "k")])
    found = memory.find([composed, decomposed], KO_EN, "k")
    assert found == {composed: "Summary", decomposed: "Summary"}


def test_people_are_preferred_to_engines(memory: Memory) -> None:
    memory.add([Entry("A digest.", "사람", EN_KO, HUMAN)])
    memory.add([Entry("A digest.", "기계", EN_KO, "k")])
    assert memory.find(["A digest."], EN_KO, "k") == {"A digest.": "사람"}


def test_more_sentences_than_a_query_takes_are_found(memory: Memory) -> None:
    entries = [Entry(f"Sentence {i}.", f"문장 {i}.", EN_KO, "k") for i in range(1_234)]
    memory.add(entries)
    found = memory.find([entry.source for entry in entries], EN_KO, "k")
    assert found == {entry.source: entry.target for entry in entries}


# -- the engine that remembers --------------------------------------------------------------------


def test_a_sentence_is_translated_once(memory: Memory) -> None:
    engine = FakeEngine()
    remembering = RememberingEngine(engine, memory)
    first = remembering.translate(["one", "two", "one"], EN_KO)
    assert [h.text for h in first] == ["«one»", "«two»", "«one»"]
    assert not any(h.remembered for h in first)
    second = remembering.translate(["two", "three", "one"], EN_KO)
    assert [(h.text, h.remembered) for h in second] == [
        ("«two»", True),
        ("«three»", False),
        ("«one»", True),
    ]
    assert engine.asked == [(EN_KO, "one"), (EN_KO, "two"), (EN_KO, "three")]


def test_an_engine_that_need_not_translate_is_not_called(memory: Memory) -> None:
    engine = FakeEngine()
    memory.add([Entry("one", "하나", EN_KO)])
    RememberingEngine(engine, memory).translate(["one"], EN_KO)
    assert engine.calls == 0


def test_another_engine_translates_anew(memory: Memory) -> None:
    RememberingEngine(FakeEngine(key="a"), memory).translate(["one"], EN_KO)
    engine = FakeEngine({"one": "하나"}, key="b")
    (hypothesis,) = RememberingEngine(engine, memory).translate(["one"], EN_KO)
    assert (hypothesis.text, hypothesis.remembered) == ("하나", False)


def test_an_engine_that_fails_leaves_nothing_behind(memory: Memory) -> None:
    def fail(source: str, direction: Direction) -> str:
        if source == "two":
            raise KeyboardInterrupt
        return source

    with pytest.raises(KeyboardInterrupt):
        RememberingEngine(FakeEngine(fail), memory).translate(["one", "two"], EN_KO)
    assert memory.counts() == []


# -- clearing, failing, sharing -------------------------------------------------------------------


def test_all_or_one_engines_translations_are_forgotten(memory: Memory) -> None:
    memory.add(ENTRIES)
    assert memory.clear(key="small@1 beam=4") == 2
    assert memory.counts() == [("ko-en", HUMAN, 1)]
    memory.add(ENTRIES)
    assert memory.clear(key=HUMAN) == 1
    assert memory.clear() == 2
    assert memory.counts() == []


def test_adding_is_all_or_nothing(memory: Memory) -> None:
    def entries() -> Iterator[Entry]:
        yield ENTRIES[0]
        raise InputError("the second line is broken")

    with pytest.raises(InputError):
        memory.add(entries())
    bad = Entry("A digest.", None, EN_KO, "k")  # type: ignore[arg-type]
    with pytest.raises(TranslationMemoryError, match="cannot be written .*--no-memory"):
        memory.add([ENTRIES[0], bad])
    assert memory.counts() == []


_WRITER = """
import sys
from pathlib import Path
from digestlang.languages import Direction
from digestlang.memory import Entry, Memory
path, name = sys.argv[1:]
direction = Direction.parse("en-ko")
memory = Memory(Path(path))
for batch in range(20):
    memory.add(Entry(f"{name} {batch} {i}", "번역", direction, "k") for i in range(50))
    memory.find([f"{name} {batch} {i}" for i in range(50)], direction, "k")
"""


def test_processes_make_and_fill_one_memory_at_the_same_time(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite3"
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(path), name], stderr=subprocess.PIPE, text=True
        )
        for name in "abc"
    ]
    assert [writer.communicate()[1] for writer in writers] == ["", "", ""]
    memory = Memory(path)
    assert memory.counts() == [("en-ko", "k", 3_000)]
    memory.close()


def test_an_older_memory_is_brought_up_to_date(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory.add(ENTRIES)

    def add_notes(connection: sqlite3.Connection) -> None:
        connection.execute("ALTER TABLE translation ADD COLUMN note TEXT")

    def fail(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM translation")
        connection.execute("no SQL at all")

    before = module._MIGRATIONS
    monkeypatch.setattr(module, "_MIGRATIONS", (*before, fail))
    with pytest.raises(TranslationMemoryError, match="cannot be opened"):
        Memory(memory.path)
    monkeypatch.setattr(module, "_MIGRATIONS", (*before, add_notes))
    for _ in range(2):  # the second time there is nothing to do
        newer = Memory(memory.path)
        assert len(list(newer.entries())) == 3
        newer.close()


def test_the_memory_is_in_the_users_data_directory(home: Path) -> None:
    assert home in default_path().parents


# -- exchange -------------------------------------------------------------------------------------


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
    assert set(required.split()) <= header.keys()
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
