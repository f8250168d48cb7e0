"""Which blocks of Markdown are segments, and where they stand."""

from __future__ import annotations

import pytest

from digestlang.digest import Segment, SegmentKind, read_markdown
from digestlang.digest.markdown import parse_fragment

HEADING, PARAGRAPH = SegmentKind.HEADING, SegmentKind.PARAGRAPH
ITEM, CELL = SegmentKind.ITEM, SegmentKind.CELL


def only(text: str) -> Segment:
    (segment,) = read_markdown(text).segments
    return segment


@pytest.mark.parametrize(
    ("text", "kind", "raw"),
    [
        ("The words", PARAGRAPH, "The words"),
        ("\ufeffThe words\r\n", PARAGRAPH, "The words"),
        ("   The words   \n", PARAGRAPH, "The words"),
        ("# The words", HEADING, "The words"),
        ("## The words ##", HEADING, "The words"),
        ("# The words {#id}", HEADING, "The words"),
        ("The words\n===\n", HEADING, "The words"),
        ("- The words", ITEM, "The words"),
        ("- [ ] The words", ITEM, "The words"),
        ("-\n  The words", ITEM, "The words"),
        ("> The words", PARAGRAPH, "The words"),
        ("> > The words\n> > go on", PARAGRAPH, "The words\n> > go on"),
        ("> [!NOTE]\n> The words", PARAGRAPH, "The words"),
        ("[^1]: The words", PARAGRAPH, "The words"),
        ("---\ntitle: x\n---\nThe words", PARAGRAPH, "The words"),
        ("<div>\n\nThe words\n\n</div>", PARAGRAPH, "The words"),
        ("\\# The words", PARAGRAPH, "\\# The words"),
        ("*The words*", PARAGRAPH, "*The words*"),
    ],
)
def test_a_segment_is_a_blocks_prose(text: str, kind: SegmentKind, raw: str) -> None:
    segment = only(text)
    assert (segment.kind, segment.raw) == (kind, raw)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "---\ntitle: The words\n---\n",
        "+++\ntitle = 'The words'\n+++\n",
        "```\nthe words\n```\n",
        "    the words\n",
        "<div>\nthe words\n</div>\n",
        "<!-- the words -->\n",
        "[ref]: u 'the words'\n",
        "https://a.b/the/words\n",
        "`the words`\n",
        "$the words$\n",
        "$$\nwords\n$$\n",
        "![the words](i.png)\n",
        "| 1 | 2.5 |\n|---|---|\n| 3 | https://a.b |\n",
        "---\n",
        "[^1]\n",
        "12.5 % (3/4)\n",
        "🚀\n",
        "<!-- translate:off -->\n\nThe words\n",
        '<span translate="no">The words</span>\n',
    ],
)
def test_what_is_not_prose_is_no_segment(text: str) -> None:
    assert read_markdown(text).segments == ()


def test_cells_know_their_place_and_their_table() -> None:
    text = "| a word | b word |\n|---|---|\n| | d word |\n\n| e word |\n|---|\n"
    cells = [segment.cell for segment in read_markdown(text).segments]
    places = [(cell.table, cell.row, cell.column) for cell in cells if cell]
    assert places == [(0, 0, 0), (0, 0, 1), (0, 1, 1), (1, 0, 0)]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_are_counted_from_one_at_any_line_end(newline: str) -> None:
    text = "The first\n\nThe third\nThe fourth\n\n- The sixth\n".replace("\n", newline)
    assert [segment.line for segment in read_markdown(text).segments] == [1, 3, 6]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("The words\n", ""),
        ("> The words\n", "> "),
        ("> > The words\n", "> > "),
        ("- The words\n", "  "),
        ("10. The words\n", "    "),
        ("- [x] The words\n", "  "),
        ("- > - The words\n", "  >   "),
        ("x\n\n> - a\n>   - The words\n", ">     "),
        ("[^1]: The words\n", "    "),
    ],
)
def test_a_prefix_continues_the_block(text: str, prefix: str, newline: str) -> None:
    *_, last = read_markdown(text.replace("\n", newline)).segments
    assert last.prefix == prefix


def test_a_simple_list_gives_its_items_their_markers_and_depths() -> None:
    segments = read_markdown("- the first\n  1. the inner\n- [x] the last\n").segments
    items = [(s.item.marker, s.item.depth) for s in segments if s.item]
    assert items == [("-", 0), ("1.", 1), ("- [x]", 0)]


@pytest.mark.parametrize("block", ["\n  A paragraph", "  ```\n  code\n  ```", "  > quote"])
def test_a_list_with_blocks_in_it_is_not_simple(block: str) -> None:
    segments = read_markdown(f"- the first\n{block}\n- the last\n").segments
    assert all(segment.item is None for segment in segments)


def test_switches_protect_what_is_between_them() -> None:
    text = (
        "The first\n\n<!-- translate:off -->\n\nThe second\n\n<!-- translate:on -->\n\nThe third\n"
    )
    assert [segment.raw for segment in read_markdown(text).segments] == ["The first", "The third"]


def test_labels_are_those_of_link_definitions() -> None:
    assert read_markdown("[Ref One]: u\n\nThe [Ref One]\n").labels == {"ref one"}


@pytest.mark.parametrize(
    ("source", "kind", "is_block"),
    [
        ("The words", PARAGRAPH, True),
        ("# The words", PARAGRAPH, False),
        ("- The words", PARAGRAPH, False),
        ("The words\n\nmore", PARAGRAPH, False),
        ("The words\n===", PARAGRAPH, False),
        ("1. The words", ITEM, False),
        ("The words", ITEM, True),
        ("The words\nmore", HEADING, False),
        ("The \\| words", CELL, True),
    ],
)
def test_a_fragment_is_one_block_or_nothing(source: str, kind: SegmentKind, is_block: bool) -> None:
    assert bool(parse_fragment(source, kind, frozenset())) is is_block


def test_a_fragment_resolves_only_labels_that_are_defined() -> None:
    roles = [inline.role for inline in parse_fragment("[a] [b]", PARAGRAPH, frozenset({"a"}))]
    assert roles.count("link") == 2  # OPEN and CLOSE of one
