"""Where a segment is cut into sentences, and where not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import documents, texts

from digestlang.digest import Inline, read_markdown
from digestlang.digest.document import plain
from digestlang.languages import Language
from digestlang.sentences import display_width, halve, split_long, split_units

EN, KO = Language.ENGLISH, Language.KOREAN


def raw(inlines: Sequence[Inline]) -> str:
    return "".join(inline.raw for inline in inlines)


def cores(text: str, language: Language = EN) -> list[str]:
    inlines = read_markdown(text).segments[0].inlines
    return [raw(unit.core) for unit in split_units(inlines, language) if unit.core]


@pytest.mark.parametrize(
    "text",
    [
        "It gains 63.5% on 3.2 tasks.",
        "See Fig. 3 and Sec. 4 for more.",
        "Dr. Kim et al. propose it, e.g. a model, i.e. this.",
        "We use https://a.b/c.d?e=f as it is.",
        "The model by J. K. Smith wins.",
        "The v1.2.3 release of U.S. origin.",
        "It costs $3.50 in Python 3.11 now.",
        "The code `a. B` is here.",
    ],
)
def test_a_full_stop_inside_a_sentence_ends_nothing(text: str) -> None:
    assert len(cores(text)) == 1


@pytest.mark.parametrize(
    ("text", "language", "sentences"),
    [
        ("It is new. It is fast.", EN, ["It is new.", "It is fast."]),
        ("Is it new? It is! Yes.", EN, ["Is it new?", "It is!", "Yes."]),
        ("*It is new.* It is fast.", EN, ["It is new.", "It is fast."]),
        ("It uses `a.b`. It is fast.", EN, ["It uses `a.b`.", "It is fast."]),
        ("It is\nnew. It is\nfast.", EN, ["It is\nnew.", "It is\nfast."]),
        ("새롭습니다. 빠릅니다.", KO, ["새롭습니다.", "빠릅니다."]),
        ("새로운가요? 네! 그렇다.", KO, ["새로운가요?", "네!", "그렇다."]),
        ("3.5% 올랐다. v1.2를 냈다.", KO, ["3.5% 올랐다.", "v1.2를 냈다."]),
        ("그는 \"좋다.\"라고 말했다. 끝났다.", KO, ["그는 \"좋다.\"라고 말했다.", "끝났다."]),
        ("모델을 제안한다.이는 빠르다.", KO, ["모델을 제안한다.", "이는 빠르다."]),
    ],
)  # fmt: skip
def test_sentences(text: str, language: Language, sentences: list[str]) -> None:
    assert cores(text, language) == sentences


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("**What's New**: It is new.", ["What's New", "It is new."]),
        ("**What's New:** It is new.", ["What's New", "It is new."]),
        ("*Method* - It is new.", ["Method", "It is new."]),
        (
            "Follow-up questions:  1. What is it?  2. Who is it?",
            ["Follow-up questions", "What is it?", "Who is it?"],
        ),
        ("It has a) speed; b) size; c) style.", ["It has a) speed;", "size;", "style."]),
        ("One is: a) it is fast; b) it is new.", ["One is", "it is fast;", "it is new."]),
        ("The first line  \nthe second line", ["The first line", "the second line"]),
        ("The first line<br>the second line", ["The first line", "the second line"]),
        ("🚀 The launch of it", ["The launch of it"]),
        ("The words of it[^1]\n\n[^1]: x", ["The words of it"]),
        ("**The words of it are bold**", ["The words of it are bold"]),
        ("[The words of it](u)", ["The words of it"]),
    ],
)  # fmt: skip
def test_labels_enumerators_and_markup_around_the_whole_are_peeled(
    text: str, parts: list[str]
) -> None:
    assert cores(text) == parts


def test_lines_that_are_lines_of_their_own_stay_apart() -> None:
    text = "Code: it is here.\nData: it is there, and it is much longer than that.\n"
    assert cores(text) == [
        "Code: it is here.", "Data: it is there, and it is much longer than that."
    ]  # fmt: skip


@pytest.mark.parametrize("language", list(Language))
@given(documents())
def test_the_units_in_order_are_the_segment(language: Language, text: str) -> None:
    for segment in read_markdown(text).segments:
        units = split_units(segment.inlines, language)
        assert raw([inline for unit in units for inline in unit.inlines]) == segment.raw


@pytest.mark.parametrize("language", list(Language))
@given(texts)
def test_the_units_of_any_words_are_the_words(language: Language, text: str) -> None:
    units = split_units([plain(text)], language)
    assert raw([inline for unit in units for inline in unit.inlines]) == text


@given(documents(), st.integers(1, 30))
def test_parts_of_a_long_unit_are_the_unit(text: str, most: int) -> None:
    for segment in read_markdown(text).segments[:2]:
        for unit in split_units(segment.inlines, EN):
            parts = list(split_long(unit, lambda core: len(raw(core)) <= most))
            assert raw([i for part in parts for i in part.inlines]) == raw(unit.inlines)


def test_a_long_unit_is_cut_until_it_fits_and_between_clauses_if_it_can_be() -> None:
    text = "We propose a new model of words, and we train it on many more words than others do."
    (unit,) = split_units([plain(text)], EN)
    first, _ = halve(unit)
    assert raw(first.inlines).rstrip().endswith("words,")
    parts = list(split_long(unit, lambda core: len(raw(core)) <= 20))
    assert all(len(raw(part.core)) <= 20 for part in parts)


@pytest.mark.parametrize("text", ["x" * 100, "가" * 100])
def test_a_word_too_long_is_cut_too(text: str) -> None:
    (unit,) = split_units([plain(text)], EN)
    parts = list(split_long(unit, lambda core: len(raw(core)) <= 40))
    assert len(parts) > 1 and raw([i for part in parts for i in part.inlines]) == text


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("한글", 4), ("a한", 3), ("。", 2), ("", 0), ("é", 1)]
)
def test_hangul_is_two_columns_wide(text: str, columns: int) -> None:
    assert display_width(text) == columns
