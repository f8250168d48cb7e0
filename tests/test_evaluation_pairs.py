"""Pairs are read from every file they are kept in; what is wrong is named with its place."""

from __future__ import annotations

import json
import lzma
import unicodedata
from pathlib import Path

import pytest

from digestlang.digest.document import Format
from digestlang.errors import DigestlangError
from digestlang.evaluation.pairs import load_set, parallel_set, read_pairs, set_names
from digestlang.languages import Direction, Language

EN_KO, KO_EN = Direction.parse("en-ko"), Direction.parse("ko-en")
EN, KO = "The model is small.", "모델이 작습니다."


def texts(path: Path) -> list[tuple[str, str]]:
    return [(pair.source(EN_KO), pair.source(KO_EN)) for pair in load_set(str(path)).pairs]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.tsv", f"{EN}\t{KO}\n"),
        ("x.tsv", f"{KO}\t{EN}\n"),
        ("x.tsv", f"p01.1\t{EN}\t{KO}\n"),
        ("x.tsv", f"docs\t-1.5\t{EN}\t{KO}\n"),
        ("x.tsv", f"domain\tko\ten\nnews\t{KO}\t{EN}\n"),
        ("x.tsv", f"\ufeff{EN}\t{KO}\r\n"),
        ("x.jsonl", json.dumps({"en": EN, "ko": KO}) + "\n\n"),
        ("x.jsonl", json.dumps({"id": 7, "en": EN, "ko": unicodedata.normalize("NFD", KO)})),
        ("x.tmx",
         '<tmx version="1.4"><header srclang="*all*"/><body><tu><tuv xml:lang="en-US"><seg>'
         f'{EN}</seg></tuv><tuv xml:lang="ko"><seg>{KO}</seg></tuv></tu></body></tmx>'),
    ],
)  # fmt: skip
def test_formats(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode())
    assert texts(path) == [(EN, KO)]
    packed = tmp_path / f"{name}.xz"
    packed.write_bytes(lzma.compress(content.encode()))
    assert texts(packed) == [(EN, KO)]


def test_parallel_files_by_their_common_name(tmp_path: Path) -> None:
    (tmp_path / "dev.1.en").write_text(f"{EN}\nSo it is.\n", encoding="utf-8")
    (tmp_path / "dev.1.ko").write_bytes(f"{KO}\r\n그렇습니다.\r\n".encode())
    for name in ("dev.1", "dev.1.en", "dev.1.ko"):
        loaded = load_set(str(tmp_path / name))
        assert loaded.name == "dev.1"
        assert [pair.id for pair in loaded.pairs] == ["1", "2"]
        assert loaded.pairs[1].references(EN_KO) == ["그렇습니다."]


def test_source_and_several_references(tmp_path: Path) -> None:
    for name, content in {"a": KO, "b": EN, "c": "It is a small model."}.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    loaded = parallel_set(tmp_path / "a", [tmp_path / "b", tmp_path / "c"])
    assert loaded.pairs[0].source(KO_EN) == KO
    assert loaded.pairs[0].references(KO_EN) == [EN, "It is a small model."]
    with pytest.raises(DigestlangError, match="same language"):
        parallel_set(tmp_path / "b", [tmp_path / "c"])


def test_everything_a_record_says(tmp_path: Path) -> None:
    record: dict[str, object] = {
        "id": "p1",
        "domain": "paper",
        "origin": "kor",
        "format": "markdown",
    }
    record |= {"en": EN, "ko": KO, "en2": "A small model it is.", "unknown": [1]}
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps(record), encoding="utf-8")
    (pair,) = read_pairs(path)
    assert (pair.id, pair.domain, pair.origin) == ("p1", "paper", Language.KOREAN)
    assert pair.format is Format.MARKDOWN
    assert pair.references(KO_EN) == [EN, "A small model it is."]
    assert pair.references(EN_KO) == [KO]


def test_the_checksum_is_of_the_texts(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text(f"{EN}\t{KO}\n", encoding="utf-8")
    (tmp_path / "b.jsonl").write_text(json.dumps({"id": "1", "en": EN, "ko": KO}), encoding="utf-8")
    (tmp_path / "c.tsv").write_text(f"{EN}!\t{KO}\n", encoding="utf-8")
    first, same, other = (load_set(str(tmp_path / n)) for n in ("a.tsv", "b.jsonl", "c.tsv"))
    assert first.checksum == same.checksum != other.checksum


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.jsonl", b'{"en": "a", "ko": "\xea\xb0\x80"}\n{"en":', r"x\.jsonl:2: not JSON"),
        ("x.jsonl", b'{"en": "a"}', r"x\.jsonl:1: no text 'ko'"),
        ("x.jsonl", b'["a"]', r"x\.jsonl:1: a JSON object is expected"),
        ("x.jsonl", b'{"en": "a", "ko": "b", "domain": 1}', r":1: 'domain' is not a string"),
        ("x.jsonl", b'{"en": "a", "ko": "b", "format": "html"}', "format 'html'"),
        ("x.jsonl", b'{"en": "a", "ko": "b", "origin": "fr"}', "origin: language 'fr'"),
        ("x.jsonl", b'{"id": "a", "en": "a", "ko": "b"}\n{"id": "a", "en": "c", "ko": "d"}',
         r"pair 2 has the id 'a' of pair 1"),
        ("x.jsonl", b'{"en": " ", "ko": "b"}', "pair 1 .* has an empty text"),
        ("x.jsonl", b"\n\n", "no pairs in it"),
        ("x.tsv", "a\t가\nb\n".encode(), r"x\.tsv:2: 1 columns, where the first line has 2"),
        ("x.tsv", b"a\tb\n", r"the last two columns are in the same language"),
        ("x.tsv", b"only\n", r"x\.tsv:1: 1 columns"),
        ("x.tmx", b"<tmx>", "not well-formed XML"),
        ("x.csv", b"a,b", r"pairs are read from \.jsonl \.tsv \.tmx files"),
        ("x.tsv.xz", b"no archive", "not a whole xz file"),
        ("x.tsv", b"\xff\xfe", "not UTF-8 at byte 0"),
        ("x.tsv", b"a\0b", "a binary file"),
        ("x.tsv", b"", "the file is empty"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DigestlangError, match=message):
        load_set(str(path))


def test_parallel_files_of_unequal_length(tmp_path: Path) -> None:
    (tmp_path / "dev.en").write_text("a\nb\n", encoding="utf-8")
    (tmp_path / "dev.ko").write_text("가\n", encoding="utf-8")
    with pytest.raises(DigestlangError, match=r"dev\.ko has 1 lines, .*dev\.en 2;"):
        load_set(str(tmp_path / "dev"))


def test_a_set_that_does_not_exist_lists_those_that_do() -> None:
    assert {"sentences", "digests"} <= set(set_names())
    with pytest.raises(DigestlangError, match=r"no pairs 'nosuch': .*digests, sentences"):
        load_set("nosuch")


@pytest.mark.parametrize("name", ["sentences", "digests"])
def test_the_sets_that_come_along_are_what_their_card_says(name: str) -> None:
    loaded = load_set(name)
    assert len(loaded.pairs) >= {"sentences": 400, "digests": 40}[name]
    for pair in loaded.pairs:
        assert pair.domain and pair.origin, pair.id
        for texts_ in pair.texts.values():
            assert all(unicodedata.is_normalized("NFC", text) for text in texts_), pair.id
    if name == "sentences":
        twice = sum(len(pair.texts[Language.KOREAN]) == 2 for pair in loaded.pairs)
        assert twice >= 100
        papers = sum(pair.domain == "paper" for pair in loaded.pairs)
        assert papers * 2 >= len(loaded.pairs) * 0.95
