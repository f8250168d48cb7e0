"""The memory: found again, shared between processes, carried elsewhere and back."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import FakeEngine

from digestlang import memory as module
from digestlang.alignment import Alignment
from digestlang.engines.base import Hypothesis
from digestlang.errors import InputError, TranslationMemoryError
from digestlang.languages import Direction
from digestlang.memory import HUMAN, Entry, Memory, RememberingEngine, default_path

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


def texts(found: dict[str, Hypothesis]) -> dict[str, str]:
    return {source: hypothesis.text for source, hypothesis in found.items()}


# -- finding --------------------------------------------------------------------------------------


def test_what_was_added_is_found_by_source_direction_and_key(memory: Memory) -> None:
    assert memory.add(ENTRIES) == 3
    found = texts(memory.find(["A digest.", "unknown"], EN_KO, "small@1 beam=4"))
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
    assert texts(memory.find(["A digest."], EN_KO, "k")) == {"A digest.": "새 번역"}
    assert memory.counts() == [("en-ko", "k", 1)]


@pytest.mark.parametrize("stored", ["NFC", "NFD"])
def test_decomposed_hangul_is_found_again(memory: Memory, stored: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, "한국어 요약") for form in ("NFC", "NFD"))
    memory.add([Entry(composed if stored == "NFC" else decomposed, "Summary", KO_EN, "k")])
    found = texts(memory.find([composed, decomposed], KO_EN, "k"))
    assert found == {composed: "Summary", decomposed: "Summary"}


def test_alternatives_are_remembered_too(memory: Memory) -> None:
    entry = Entry("A digest.", "첫째", EN_KO, "k", alternatives=("둘째", '"셋째"'))
    memory.add([entry])
    found = memory.find(["A digest."], EN_KO, "k")["A digest."]
    assert found == Hypothesis("첫째", ("둘째", '"셋째"'), remembered=True)
    assert next(memory.entries()).alternatives == entry.alternatives


def test_a_memory_of_the_first_version_is_read(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    with sqlite3.connect(path) as connection:
        module._create(connection)
        connection.execute("INSERT INTO translation VALUES ('A', 'en-ko', 'k', '가', '2024')")
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    with Memory(path) as memory:
        assert list(memory.entries()) == [Entry("A", "가", EN_KO, "k", "2024")]


def test_people_are_preferred_to_engines(memory: Memory) -> None:
    memory.add([Entry("A digest.", "사람", EN_KO, HUMAN)])
    memory.add([Entry("A digest.", "기계", EN_KO, "k")])
    assert texts(memory.find(["A digest."], EN_KO, "k")) == {"A digest.": "사람"}


def test_more_sentences_than_a_query_takes_are_found(memory: Memory) -> None:
    entries = [Entry(f"Sentence {i}.", f"문장 {i}.", EN_KO, "k") for i in range(1_234)]
    memory.add(entries)
    found = texts(memory.find([entry.source for entry in entries], EN_KO, "k"))
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
    with pytest.raises(TranslationMemoryError, match=r"cannot be written .*--no-memory"):
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


def test_a_longer_search_is_remembered_apart(memory: Memory) -> None:
    usual, longer = FakeEngine({"A": "가"}, key="k"), FakeEngine({"A": "나"}, key="k careful")
    usual.careful = lambda: longer  # type: ignore[method-assign]
    for _ in range(2):
        engine = RememberingEngine(usual, memory)
        assert engine.translate(["A"], EN_KO)[0].text == "가"
        assert engine.careful().translate(["A"], EN_KO)[0].text == "나"
    assert (usual.calls, longer.calls) == (1, 1)


def test_an_alignment_is_remembered_as_it_was(memory: Memory) -> None:
    class Aligning(FakeEngine):
        asked_to_align = 0

        def align(self, source: str, target: str, direction: Direction) -> Alignment:
            self.asked_to_align += 1
            return Alignment(target, [(0, 2), (2, 9)], [(0, 6)], [[0.25, 0.75]])

    engine = Aligning()
    remembering = RememberingEngine(engine, memory)
    first = remembering.align("A digest.", "다이제스트.", EN_KO)
    again = remembering.align("A digest.", "다이제스트.", EN_KO)
    assert again.project(2, 9) == first.project(2, 9) == (0, 5)
    assert engine.asked_to_align == 1
    remembering.align("A digest.", "다른 다이제스트.", EN_KO)
    assert engine.asked_to_align == 2
    memory.clear(key=engine.key)
    remembering.align("A digest.", "다이제스트.", EN_KO)
    assert engine.asked_to_align == 3
