"""Plain text: paragraphs and items, by their lines alone."""

from __future__ import annotations

import pytest

from digestlang.digest import SegmentKind, read_text


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("The words", ["The words"]),
        ("The words\ngo on\n", ["The words\ngo on"]),
        ("The words\n\nand more\n", ["The words", "and more"]),
        ("The words\r\n\r\nand more\r\n", ["The words", "and more"]),
        ("The words\r\rand more\r", ["The words", "and more"]),
        ("- The first\n- The second\n", ["The first", "The second"]),
        ("The words\n* an item\n  goes on\n", ["The words", "an item\n  goes on"]),
        ("1. The first\n2) The second\n(3) The third", ["The first", "The second", "The third"]),
        ("• 첫째 항목\n• 둘째 항목\n", ["첫째 항목", "둘째 항목"]),
        ("  The words, indented  \n", ["The words, indented"]),
        ("\ufeffThe words\n", ["The words"]),
        ("\n \n\nThe words\n\n\n", ["The words"]),
        ("**The words** of <b>no</b> Markdown", ["**The words** of <b>no</b> Markdown"]),
        ("https://a.b/c\n\n2024\n", []),
        ("", []),
    ],
)
def test_segments_are_paragraphs_and_items(text: str, segments: list[str]) -> None:
    assert [segment.raw for segment in read_text(text).segments] == segments


@pytest.mark.parametrize("text", ["1.\nThe words", "-\nThe words", "- \n  The words"])
def test_a_marker_alone_on_its_line_keeps_its_line_end(text: str) -> None:
    for segment in read_text(text).segments:
        assert segment.raw == text[segment.start : segment.end]


def test_an_item_and_its_prefix() -> None:
    (segment,) = read_text("  10) The words\n      go on\n").segments
    assert (segment.kind, segment.prefix, segment.line) == (SegmentKind.ITEM, " " * 6, 1)


def test_lines_are_counted_from_one() -> None:
    assert [s.line for s in read_text("a word\n\n\nthe words\n- item one\n").segments] == [1, 4, 5]


def test_markdown_means_nothing() -> None:
    (segment,) = read_text("The `code` and [words](u) of *it*").segments
    assert "[words](u)" in segment.text
