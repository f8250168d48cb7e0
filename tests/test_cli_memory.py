"""``digestlang memory``: what is in it, out of it, and gone from it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import CommandLine

from digestlang.languages import Direction
from digestlang.memory import HUMAN, Entry, Memory, default_path

KO_EN, EN_KO = Direction.parse("ko-en"), Direction.parse("en-ko")
ENTRIES = [
    Entry("A digest.", "다이제스트.", EN_KO, "small@1", "2024-01-02T03:04:05Z"),
    Entry("A list.", "목록.", EN_KO, "small@1", "2024-01-02T03:04:05Z"),
    Entry("네.", "Yes.", KO_EN, HUMAN, "2024-01-02T03:04:05Z"),
]


def remembered(path: Path | None = None) -> list[Entry]:
    memory = Memory(path or default_path())
    entries = list(memory.entries())
    memory.close()
    return entries


@pytest.fixture
def filled() -> Path:
    """The default memory with three translations in it."""
    memory = Memory(default_path())
    memory.add(ENTRIES)
    memory.close()
    return default_path()


def test_stats_counts_by_direction_and_maker(digestlang: CommandLine, filled: Path) -> None:
    run = digestlang("memory", "stats")
    assert run.text.splitlines() == [
        "direction\tmade by\ttranslations",
        "en-ko\tsmall@1\t2",
        "ko-en\t(people)\t1",
    ]
    assert run.errors[-1].startswith("3 translations, ")
    assert run.errors[-1].endswith(str(filled))


def test_stats_for_machines(digestlang: CommandLine, filled: Path) -> None:
    found = json.loads(digestlang("memory", "stats", "--json").text)
    assert found == {
        "path": str(filled),
        "bytes": filled.stat().st_size,
        "translations": [
            {"direction": "en-ko", "key": "small@1", "translations": 2},
            {"direction": "ko-en", "key": "", "translations": 1},
        ],
    }


def test_stats_of_a_memory_that_is_not_there_are_zero(
    digestlang: CommandLine, tmp_path: Path
) -> None:
    run = digestlang("memory", "stats", "--json", "--memory", tmp_path / "new.sqlite3")
    assert json.loads(run.text)["translations"] == []


@pytest.mark.parametrize("name", ["memory.jsonl", "memory.tmx", "memory.TMX", "memory"])
@pytest.mark.usefixtures("filled")
def test_an_export_imported_elsewhere_is_the_same(
    digestlang: CommandLine, tmp_path: Path, name: str
) -> None:
    exported, other = tmp_path / name, tmp_path / "other.sqlite3"
    run = digestlang("memory", "export", exported)
    assert (run.code, run.errors) == (0, ["3 translations exported"])
    assert exported.read_text().startswith("<?xml") == name.lower().endswith(".tmx")
    run = digestlang("memory", "import", exported, "--memory", other)
    assert (run.code, run.errors) == (0, ["3 translations imported"])
    assert remembered(other) == ENTRIES


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("format_", ["jsonl", "tmx"])
def test_through_a_pipe(digestlang: CommandLine, tmp_path: Path, format_: str) -> None:
    other = tmp_path / "other.sqlite3"
    exported = digestlang("memory", "export", "-", "--format", format_).stdout
    run = digestlang(
        "memory", "import", "-", "--format", format_, "--memory", other, stdin=exported
    )
    assert run.code == 0
    assert remembered(other) == ENTRIES


@pytest.mark.usefixtures("filled")
def test_an_export_overwrites_only_with_force(digestlang: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "memory.jsonl"
    path.write_text("before")
    run = digestlang("memory", "export", path)
    assert (run.code, path.read_text()) == (1, "before")
    assert digestlang("memory", "export", path, "--force").code == 0
    assert path.read_text().count("\n") == 3


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.jsonl", b'{"source": "Yes", "target": "\\ub124", "direction": "en-ko"}\nno JSON\n'),
        ("x.jsonl", b"\xff\n"),
        ("x.jsonl", b'{"source": "\\ud800", "target": "x", "direction": "en-ko"}\n'),
        ("x.jsonl", b'{"source": "x", "target": "\\udfff", "direction": "en-ko"}\n'),
        (
            "x.jsonl",
            b'{"source": "x", "target": "y", "direction": "en-ko", "key": "\\ud800"}\n',
        ),
        ("x.tmx", b"<tmx><body><tu>"),
        ("x.tmx", b"\xff\xfe"),
        ("x.tmx", b'<?xml version="1.0" encoding="klingon"?><tmx/>'),
        ("missing.jsonl", None),
        ("x" * 300, None),
    ],
)
@pytest.mark.usefixtures("filled")
def test_a_bad_import_is_one_line_and_changes_nothing(
    digestlang: CommandLine, tmp_path: Path, name: str, content: bytes | None
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    run = digestlang("memory", "import", path)
    assert run.code == 1
    assert len(run.errors) == 1
    assert run.errors[0].startswith(f"digestlang: {path}")
    assert remembered() == ENTRIES


@pytest.mark.usefixtures("filled")
def test_clear_asks_first(digestlang: CommandLine) -> None:
    for answer in (b"n\n", b""):
        assert digestlang("memory", "clear", stdin=answer).code != 0
        assert remembered() == ENTRIES
    assert digestlang("memory", "clear", stdin=b"y\n").code == 0
    assert remembered() == []


@pytest.mark.usefixtures("filled")
def test_a_no_is_no_interruption(digestlang: CommandLine) -> None:
    assert "interrupted" not in digestlang("memory", "clear", stdin=b"n\n").stderr


@pytest.mark.usefixtures("filled")
def test_clear_one_engines(digestlang: CommandLine) -> None:
    run = digestlang("memory", "clear", "--key", "small@1", "--yes")
    assert (run.code, run.errors) == (0, ["2 translations forgotten"])
    assert remembered() == ENTRIES[2:]


def test_imported_translations_of_people_are_used(
    digestlang: CommandLine, tmp_path: Path, engine: object
) -> None:
    record = {"source": "A digest of the day.", "target": "오늘의 요약.", "direction": "en-ko"}
    digestlang("memory", "import", "-", stdin=json.dumps(record).encode())
    run = digestlang(
        "translate", "-", "--layout", "target", "--quiet", stdin=b"A digest of the day.\n"
    )
    assert run.text == "오늘의 요약.\n"
