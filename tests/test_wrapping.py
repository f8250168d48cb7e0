"""A translated paragraph is wrapped as its source was, and no word is lost."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import documents, plain_words

from digestlang.digest import Inline, InlineKind, read_markdown
from digestlang.digest.document import plain
from digestlang.sentences import display_width
from digestlang.wrapping import source_width, wrap


def lines(inlines: list[Inline]) -> list[str]:
    return "".join(inline.raw for inline in inlines).split("\n")


@given(st.lists(plain_words, min_size=1, max_size=30), st.integers(1, 40))
def test_words_stay_and_no_line_is_wider_than_its_longest_word(
    words: list[str], columns: int
) -> None:
    wrapped = lines(wrap([plain(" ".join(words))], columns, "\n"))
    assert " ".join(wrapped).split(" ") == words
    for line in wrapped:
        assert display_width(line) <= columns or " " not in line


@given(st.lists(plain_words, min_size=2, max_size=30), st.integers(1, 40))
def test_a_line_is_filled_before_the_next(words: list[str], columns: int) -> None:
    wrapped = lines(wrap([plain(" ".join(words))], columns, "\n"))
    for line, following in pairwise(wrapped):
        assert display_width(f"{line} {following.split(' ')[0]}") > columns


@given(documents(), st.integers(1, 60))
def test_markup_and_atoms_stay(text: str, columns: int) -> None:
    for segment in read_markdown(text).segments[:3]:
        wrapped = wrap(segment.inlines, columns, "\n")
        spaces = (InlineKind.TEXT, InlineKind.SOFT_BREAK)
        kept = [inline for inline in wrapped if inline.kind not in spaces]
        assert kept == [inline for inline in segment.inlines if inline.kind not in spaces]
        assert re.sub(r"[ \n]", "", "".join(i.text for i in wrapped)) == re.sub(
            r"[ \n]", "", "".join(i.text for i in segment.inlines)
        )


def test_markup_sticks_to_its_word() -> None:
    (segment,) = read_markdown("the *bold words* and (`code`), here").segments
    assert lines(wrap(segment.inlines, 10, "\n")) == [
        "the *bold",
        "words* and",
        "(`code`),",
        "here",
    ]


def test_soft_line_ends_move_and_hard_ones_stay() -> None:
    (segment,) = read_markdown("a b\nc d<br>e f\n").segments
    assert lines(wrap(segment.inlines, 30, "\n")) == ["a b c d<br>e f"]


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc\nabcdef\nab", 6), ("한글은\nabc", 6), ("> abcd\n> ab", 4), ("a `bcd` e\nf", 9)],
)
def test_the_width_of_a_source_is_that_of_its_widest_line(text: str, columns: int) -> None:
    assert source_width(read_markdown(text).segments[0].inlines) == columns
