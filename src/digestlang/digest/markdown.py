"""Read Markdown by the byte ranges of its parse, so that nothing but prose is ever touched.

The parser is pulldown-cmark (CommonMark 0.31 and the GitHub extensions, front matter, footnotes,
math, definition lists, wiki links), through pyromark. It reports a range for every event, inline
ones included; what lies between two events of a paragraph is markup and goes with its neighbour.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import pyromark

from digestlang.digest import prose
from digestlang.digest.document import (
    LINE_END,
    Cell,
    Document,
    Format,
    Inline,
    ListItem,
    Segment,
    SegmentKind,
    Table,
    line_start,
)
from digestlang.digest.inlines import mark_atoms
from digestlang.digest.markdown_inlines import INLINE_TAGS, Event, Leaf, pair_html

_OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_HEADING_ATTRIBUTES
    | pyromark.Options.ENABLE_YAML_STYLE_METADATA_BLOCKS
    | pyromark.Options.ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS
    | pyromark.Options.ENABLE_MATH
    | pyromark.Options.ENABLE_GFM
    | pyromark.Options.ENABLE_DEFINITION_LIST
    | pyromark.Options.ENABLE_WIKILINKS
)
SETEXT_HEADING = "setext heading"  # as a fragment: underlined, it may start like a paragraph only
BARE_CELL = "bare cell"  # the first of its line, without a pipe before it
OPEN_CELL = "open cell"  # the last of its line, without a pipe after it
_PARSER = pyromark.Markdown(options=_OPTIONS)
# What stands before and after a fragment to make it a block of its kind, and the blocks that gives.
_FRAGMENTS: dict[str, tuple[str, str, list[str]]] = {
    # After another paragraph, as `: words` would then be a definition.
    SegmentKind.PARAGRAPH: ("x\n\n", "\n", ["Paragraph", "Paragraph"]),
    SegmentKind.HEADING: ("# ", "\n", ["Heading"]),
    SETEXT_HEADING: ("", "\n---\n", ["Heading"]),
    SegmentKind.ITEM: ("- ", "\n", ["List", "Item"]),
    SegmentKind.CELL: (
        "|a|\n|-|\n| ",
        " |",
        ["Table", "TableHead", "TableCell", "TableRow", "TableCell"],
    ),
    BARE_CELL: (
        "a|b\n-|-\n",
        "\n",
        ["Table", "TableHead", "TableCell", "TableCell", "TableRow", "TableCell", "TableCell"],
    ),
    OPEN_CELL: ("|x| ", "\n|-|-|\n", ["Table", "TableHead", "TableCell", "TableCell"]),
}

_LEAVES = {
    "Paragraph": SegmentKind.PARAGRAPH,
    "Heading": SegmentKind.HEADING,
    "TableCell": SegmentKind.CELL,
    "DefinitionListTitle": SegmentKind.ITEM,
}
_VERBATIM_BLOCKS = ("CodeBlock", "MetadataBlock", "HtmlBlock")
_NOTE_LABEL = re.compile(r"\[\^[^\]]*\]:[ \t]*")
_SWITCH = re.compile(r"<!--\s*translate:(on|off)\s*-->")


def read_markdown(text: str, name: str = "") -> Document:
    """Read a Markdown text into a document whose segments are its prose, in order.

    ``text`` may have any line ends and a byte order mark. Never raises: to Markdown every text is
    a document.
    """
    reader = _read(text, _events(text))
    return Document(
        name,
        text,
        Format.MARKDOWN,
        tuple(prose.select(reader.segments)),
        tuple(Table(tuple(rows), delimiter) for rows, delimiter in reader.tables),
        labels=frozenset(
            map(str.casefold, _PARSER.reference_definitions(_unified(text.removeprefix("\ufeff"))))
        ),
    )


def read_blocks(text: str) -> tuple[list[Event], list[Segment]]:
    """Read a Markdown text into the events that start its blocks, and every run of inlines in them.

    Unlike a document's segments these are not only prose: author lists and bare links count.
    """
    events = _events(text)
    blocks = [
        event
        for event in events
        if event.name == "Rule" or (event.name == "Start" and event.tag not in INLINE_TAGS)
    ]
    return blocks, _read(text, events).segments


def _read(text: str, events: list[Event]) -> _Reader:
    reader = _Reader(text, _switched_off(events), lambda found: mark_atoms(pair_html(found)))
    for event in events:
        reader.take(event)
    return reader


def parse_fragment(
    source: str, kind: str, labels: frozenset[str], notes: Iterable[str] = ()
) -> list[Inline]:
    """Read Markdown meant to be the whole text of one block of a kind, as a parser sees it.

    ``kind`` is a segment's, one of those named above; ``labels`` are the link labels that the
    document defines, ``notes`` the marks of notes (``[^1]``) in it. Unlike in a
    document's segments nothing is looked for inside words (no bare URLs, no Korean literal
    emphasis). Returns an empty list if the source would not be just that one block.
    """
    before, after, blocks = _FRAGMENTS[kind]
    definitions = "".join(f"\n\n{note}: x" for note in sorted(set(notes)))
    text = f"{before}{source}{after}{definitions}"
    reader = _Reader(text, [], finish=pair_html)
    found = []
    for event in _events(text, _fragment_parser(labels)):
        if event.name == "Start" and event.tag == "FootnoteDefinition":
            break
        reader.take(event)
        if event.name == "Start" and event.tag not in INLINE_TAGS:
            found.append(event.tag)
    return list(reader.segments[-1].inlines) if found == blocks and reader.segments else []


@lru_cache(maxsize=64)
def _fragment_parser(labels: frozenset[str]) -> pyromark.Markdown:
    """A parser to which the labels are defined, though the fragment does not say so."""

    def resolve(link: pyromark.event.BrokenLink) -> tuple[str, str] | None:
        return ("", "") if link["reference"].casefold() in labels else None

    return pyromark.Markdown(options=_OPTIONS, broken_link_callback=resolve)


def _events(text: str, parser: pyromark.Markdown = _PARSER) -> list[Event]:
    """Parse, and turn the ranges from bytes into characters, once for all events."""
    offset = text.startswith("\ufeff")
    unified = _unified(text[offset:])
    source = unified.encode()
    parsed = list(parser.events_with_range(unified))
    ends = {bound for _, range_ in parsed for bound in (range_["start"], range_["end"])}
    characters = {}
    position, count = 0, int(offset)
    for bound in sorted(ends):
        count += len(source[position:bound].decode())
        position = bound
        characters[bound] = count
    events = []
    for event, range_ in parsed:
        name: str
        value: Any
        ((name, value),) = event.items() if isinstance(event, dict) else [(event, None)]
        tag = ""
        if name in ("Start", "End"):
            tag = value if isinstance(value, str) else next(iter(value))
            value = None if isinstance(value, str) else value[tag]
        events.append(
            Event(name, tag, value, characters[range_["start"]], characters[range_["end"]])
        )
    return events


def _unified(text: str) -> str:
    """Text of the same length with lone CRs as LF: the parser takes them for line ends in some
    places only, to CommonMark they always are.
    """
    return re.sub(r"\r(?!\n)", "\n", text)


def _switched_off(events: Iterable[Event]) -> list[tuple[int, int]]:
    """The ranges between ``<!-- translate:off -->`` and ``<!-- translate:on -->``, in order."""
    ranges = []
    off_since: int | None = None
    for event in events:
        if event.name not in ("Html", "InlineHtml"):
            continue
        for match in _SWITCH.finditer(event.value):
            if match.group(1) == "off" and off_since is None:
                off_since = event.start
            elif match.group(1) == "on" and off_since is not None:
                ranges.append((off_since, event.end))
                off_since = None
    if off_since is not None:
        ranges.append((off_since, sys.maxsize))
    return ranges


@dataclass(slots=True)
class _OpenList:
    """The outermost list being read; ``simple`` while it holds nothing but text and lists."""

    event: Event
    first_segment: int
    simple: bool = True


class _Reader:
    """Turns the events of one document into segments."""

    def __init__(
        self,
        text: str,
        switched_off: list[tuple[int, int]],
        finish: Callable[[list[Inline]], list[Inline]],
    ) -> None:
        self.text = text
        self._finish_inlines = finish
        self._switched_off = switched_off
        self.segments: list[Segment] = []
        self.tables: list[tuple[list[tuple[tuple[int, int], ...]], tuple[int, int]]] = []
        self._newlines = [match.end() - 1 for match in LINE_END.finditer(text)]
        self._containers: list[Event] = []
        self._leaf: Leaf | None = None
        self._row: list[tuple[int, int]] = []
        self._content_start = 0  # of the innermost item: after its marker, before its checkbox
        self._list: _OpenList | None = None

    def take(self, event: Event) -> None:
        """Take the next event."""
        if event.name == "Start" and event.tag not in INLINE_TAGS:
            self._start_block(event)
        elif event.name == "End" and event.tag not in INLINE_TAGS:
            self._end_block(event)
        elif event.name == "TaskListMarker":
            self._content_start = event.start
        elif event.name == "Rule":
            self._finish_leaf()
            self._spoil_list()
        elif event.name != "Html" and not self._in_verbatim_block():
            if self._leaf is None:  # the text of a tight item has no paragraph around it
                self._leaf = self._new_leaf(SegmentKind.ITEM, event.start, event.start)
            self._leaf.take(event)

    # -- blocks ---------------------------------------------------------------------------------

    def _new_leaf(self, kind: SegmentKind, block_start: int, block_end: int) -> Leaf:
        return Leaf(self.text, self._switched_off, kind, block_start, block_end)

    def _in_verbatim_block(self) -> bool:
        return bool(self._containers) and self._containers[-1].tag in _VERBATIM_BLOCKS

    def _start_block(self, event: Event) -> None:
        self._finish_leaf()
        if event.tag in _LEAVES:
            self._leaf = self._new_leaf(_LEAVES[event.tag], event.start, event.end)
            return
        if event.tag == "List" and self._list is None:
            self._list = _OpenList(event, len(self.segments))
        elif event.tag not in ("List", "Item"):
            self._spoil_list()
        if event.tag == "Table":
            self.tables.append(([], (0, 0)))
        self._containers.append(event)
        self._content_start = -1

    def _end_block(self, event: Event) -> None:
        self._finish_leaf()
        if event.tag in _LEAVES:
            if event.tag == "TableCell":
                self._row.append((event.start, event.end))
            return
        self._containers.pop()
        if event.tag in ("TableHead", "TableRow"):
            rows, _ = self.tables[-1]
            rows.append(tuple(self._row))
            self._row = []
            if event.tag == "TableHead":
                self.tables[-1] = (rows, self._line_after(event.start))
        if self._list is not None and event.tag == "List" and event.start == self._list.event.start:
            self._finish_list()

    def _spoil_list(self) -> None:
        if self._list is not None:
            self._list.simple = False

    def _finish_list(self) -> None:
        """Give the items of a list that holds nothing else their place in it."""
        assert self._list is not None
        open_list, self._list = self._list, None
        if not open_list.simple:
            return
        for index in range(open_list.first_segment, len(self.segments)):
            segment = self.segments[index]
            marker = self.text[segment.block_start : segment.start].strip()
            if LINE_END.search(marker):  # the second run of text in one item
                continue
            start = line_start(self.text, segment.block_start)
            depth = len(self.text[start : segment.block_start].expandtabs(4)) // 2
            item = ListItem(open_list.event.start, open_list.event.end, marker, depth)
            self.segments[index] = replace(segment, item=item)

    def _finish_leaf(self) -> None:
        leaf, self._leaf = self._leaf, None
        if leaf is None or leaf.start < 0:
            return
        if leaf.kind is not SegmentKind.ITEM:
            self._spoil_list()
        block_start, block_end = leaf.block_start, leaf.block_end
        if leaf.kind is SegmentKind.ITEM:
            holder = self._containers[-1] if self._containers else None
            block_start = holder.start if holder else leaf.start
            block_end = leaf.cursor
        cell = None
        if leaf.kind is SegmentKind.CELL:
            cell = Cell(len(self.tables) - 1, len(self.tables[-1][0]), len(self._row))
        self.segments.append(
            Segment(
                leaf.kind,
                leaf.start,
                leaf.cursor,
                bisect_right(self._newlines, leaf.start - 1) + 1,
                tuple(self._finish_inlines(leaf.inlines)),
                block_start,
                block_end,
                self._prefix(leaf),
                cell=cell,
            )
        )

    def _prefix(self, leaf: Leaf) -> str:
        """What a further line of the leaf's block begins with."""
        if leaf.kind is SegmentKind.CELL:
            return ""
        content = leaf.start if leaf.kind is SegmentKind.ITEM else leaf.block_start
        if leaf.kind is SegmentKind.ITEM and self._content_start >= 0:
            content = self._content_start
        start = line_start(self.text, content)
        line = self.text[start:content].lstrip("\ufeff")
        for container in self._containers:
            if container.tag == "FootnoteDefinition" and container.start >= start:
                at = container.start - start  # a footnote's continuation needs four, not its label
                line = line[:at] + _NOTE_LABEL.sub("    ", line[at:], count=1)
        return re.sub(r"[^>\t]", " ", line)

    def _line_after(self, offset: int) -> tuple[int, int]:
        """The range of the line after the one of ``offset``, without its line end."""
        first = LINE_END.search(self.text, offset)
        start = first.end() if first else len(self.text)
        second = LINE_END.search(self.text, start)
        return start, second.start() if second else len(self.text)
