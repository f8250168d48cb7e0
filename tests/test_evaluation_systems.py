"""Systems: a model through the pipeline or bare, and translations stored by anybody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakes import FakeEngine, plausible

from digestlang.digest.document import Format
from digestlang.errors import DigestlangError
from digestlang.evaluation.pairs import Pair, PairSet
from digestlang.evaluation.systems import read_stored, translate_raw, translate_set
from digestlang.languages import Direction, Language

EN_KO, KO_EN = Direction.parse("en-ko"), Direction.parse("ko-en")
A = '{"id": "a", "target": "가"}'
SET = PairSet(
    "set",
    [
        Pair(
            "a", {Language.ENGLISH: ["It is `code` here."], Language.KOREAN: ["여기는 코드입니다."]}
        ),
        Pair("b", {Language.ENGLISH: ["It  is spaced."], Language.KOREAN: ["줄이 바뀝니다."]}),
    ],
)


def test_a_model_goes_through_the_pipeline() -> None:
    engine = FakeEngine(plausible)
    done = translate_set("fake", engine, SET.pairs, EN_KO, Format.MARKDOWN)
    assert done.hypotheses == ["번역문 It is `code` here.", "번역문 It is spaced."]
    assert (done.name, done.key) == ("fake", "fake")
    assert done.seconds is not None and done.seconds > 0
    assert "⟦1⟧" in engine.asked[1][1]  # the first call only loads the model


def test_a_raw_model_is_given_the_source_whole() -> None:
    engine = FakeEngine(plausible)
    done = translate_raw("fake", engine, SET.pairs, EN_KO)
    assert done.hypotheses == ["번역문 It is `code` here.", "번역문 It is spaced."]


def test_a_bare_model_takes_no_documents() -> None:
    pair = Pair("d", {Language.ENGLISH: ["# A\n\nb"], Language.KOREAN: ["# 가\n\n나"]})
    with pytest.raises(DigestlangError, match="d is a whole document"):
        translate_raw("fake", FakeEngine(plausible), [pair], EN_KO)


def test_stored_lines(tmp_path: Path) -> None:
    path = tmp_path / "set.google.ko"
    path.write_bytes("첫째 줄.\r\n둘째 줄.\r\n".encode())
    for spec, name in ((str(path), "set.google"), (f"goo gle={path}", "goo gle")):
        stored = read_stored(spec)
        assert stored.language_direction() == EN_KO
        fitted = stored.fit(SET, EN_KO)
        assert (fitted.name, fitted.hypotheses) == (name, ["첫째 줄.", "둘째 줄."])
        assert fitted.seconds is None


def test_stored_translations_by_id_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    records = [{"id": "b", "translation": "둘"}, {"id": "a", "hypothesis": "하나"}]
    path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    assert read_stored(str(path)).fit(SET, EN_KO).hypotheses == ["하나", "둘"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x", "하나\n", r"x has 1 lines, but set has 2 pairs"),
        ("x", "\n \n", "every translation in it is empty"),
        ("x", "one\ntwo\n", r"mostly in en, but en-ko .* use --direction ko-en"),
        ("x.jsonl", '{"id": "a", "text": "하나"}', "has no translation of 'b'"),
        ("x.jsonl", "\n".join([A, A.replace('"a"', '"b"'), A.replace('"a"', '"c"')]),
         "translates 'c', which is not in the set"),
        ("x.jsonl", f"{A}\n{A}", ":2: the id 'a' comes a second time"),
        ("x.jsonl", '{"id": "a"}', ":1: an object with id and hypothesis"),
        ("x.jsonl", '{"id": "a", "text": 1}', ":1: the hypothesis is not a string"),
        ("x.jsonl", "[", ":1: an object with id and hypothesis"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_stored_translations(
    tmp_path: Path, name: str, content: str, message: str
) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DigestlangError, match=message):
        read_stored(str(path)).fit(SET, EN_KO)


def test_a_system_that_is_not_there() -> None:
    with pytest.raises(DigestlangError, match=r"nosuch\.ko: cannot be read"):
        read_stored("google=nosuch.ko")
