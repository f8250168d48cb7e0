"""``digestlang detect``: which language, how sure, and why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import CommandLine

TEXT = """# 오늘의 논문

The authors present a new benchmark for the evaluation of models.

Le modèle est nouveau et très rapide pour les utilisateurs.
"""
COLUMNS = ["file", "line", "language", "confidence", "evidence", "text"]


@pytest.fixture
def digest(tmp_path: Path) -> Path:
    path = tmp_path / "digest.md"
    path.write_text(TEXT)
    return path


def test_a_table_of_segments(digestlang: CommandLine, digest: Path) -> None:
    run = digestlang("detect", digest)
    header, *rows = [line.split("\t") for line in run.text.splitlines()]
    assert (run.code, header) == (0, COLUMNS)
    assert [row[:3] for row in rows] == [
        [str(digest), "1", "ko"],
        [str(digest), "3", "en"],
        [str(digest), "5", "fr"],
    ]
    assert "English function word" in rows[1][4]


def test_the_same_for_machines(digestlang: CommandLine, digest: Path) -> None:
    rows = json.loads(digestlang("detect", digest, "--json").text)
    assert [row.keys() for row in rows] == [{*COLUMNS, "kind"}] * 3
    assert [row["language"] for row in rows] == ["ko", "en", "fr"]
    assert all(0 <= row["confidence"] <= 1 and row["evidence"] for row in rows)
    assert rows[2]["text"] == TEXT.splitlines()[-1]


def test_long_text_is_cut_for_people_only(digestlang: CommandLine, digest: Path) -> None:
    sentence = "The authors present a new benchmark for all of the models. " * 3
    digest.write_text(sentence)
    assert digestlang("detect", digest).text.splitlines()[1].endswith("…")
    assert json.loads(digestlang("detect", digest, "--json").text)[0]["text"] == sentence.strip()


def test_records_by_their_line(digestlang: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text('{"x": "이 방법은 새롭습니다."}\n\n{"x": "The method is new."}\n')
    rows = json.loads(digestlang("detect", path, "--field", "x", "--json").text)
    assert [(row["line"], row["language"]) for row in rows] == [(1, "ko"), (3, "en")]


def test_standard_input_as_plain_text(digestlang: CommandLine) -> None:
    text = "# not a heading of the text\n"
    run = digestlang("detect", "-", "--format", "text", "--json", stdin=text.encode())
    (row,) = json.loads(run.text)
    assert (row["file"], row["kind"], row["text"]) == ("<stdin>", "paragraph", text.strip())


def test_a_text_without_prose_has_no_rows(digestlang: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "code.md"
    path.write_text("```\ncode\n```\n")
    assert digestlang("detect", path).text.splitlines() == ["\t".join(COLUMNS)]
    assert json.loads(digestlang("detect", path, "--json").text) == []


@pytest.mark.shared
def test_the_real_digests_are_in_their_languages(digestlang: CommandLine) -> None:
    folder = Path(__file__).parents[2] / "shared" / "digests"
    if not folder.is_dir():
        pytest.skip(f"no digests in {folder}")
    for path in folder.iterdir():
        rows = json.loads(digestlang("detect", path, "--json").text)
        language = path.suffixes[-2].removeprefix(".")
        wrong = [row for row in rows if row["language"] != language and len(row["text"]) > 150]
        assert rows
        assert wrong == []
