"""What every reader produces and every layout consumes.

A document keeps its source text whole. Its segments point into that text by character offsets, so
a layout splices translations in and everything else comes out as it went in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

LINE_END = re.compile(r"\r\n|\n|\r")  # CommonMark's


def line_start(text: str, offset: int) -> int:
    """The offset at which the line of ``offset`` starts."""
    start = text.rfind("\n", 0, offset) + 1
    return max(start, text.rfind("\r", start, offset) + 1)  # no further back than the last LF


class InlineKind(StrEnum):
    """What an inline is to a translator."""

    TEXT = "text"  # words to translate
    ATOM = "atom"  # code, a URL, math …: carried over as it is
    OPEN = "open"  # the start of emphasis or of a link; its words are translated
    CLOSE = "close"  # the end of the same
    SOFT_BREAK = "soft break"  # a line end that only wraps: a space
    HARD_BREAK = "hard break"  # a line end that the author meant


@dataclass(frozen=True, slots=True)
class Inline:
    """One piece of a segment.

    ``raw`` is its source, ``text`` what a reader sees of it. In a TEXT inline the two are equal,
    unless it is a single escaped character (``\\*``, ``&amp;``). ``role`` names the construct:
    ``code``, ``url``, ``math``, ``link``, ``strong`` … An OPEN and its CLOSE have the same
    ``pair``; their ``text`` is empty, unless a translation needs other markup: the CLOSE of
    ``[label]``, whose words are also what it refers to, has ``][label]``.
    """

    kind: InlineKind
    raw: str
    text: str = ""
    role: str = ""
    pair: int = 0

    @property
    def is_break(self) -> bool:
        """Whether it is a line end, soft or hard."""
        return self.kind in (InlineKind.SOFT_BREAK, InlineKind.HARD_BREAK)

    @property
    def is_plain(self) -> bool:
        """Whether it is words spelled as they are read: not an escape, free to be cut anywhere."""
        return self.kind is InlineKind.TEXT and self.raw == self.text


def plain(text: str) -> Inline:
    """A TEXT inline whose source is its text."""
    return Inline(InlineKind.TEXT, text, text)


class SegmentKind(StrEnum):
    """The block a segment is the text of."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"  # the text of a list item that is not a paragraph of its own
    CELL = "cell"


@dataclass(frozen=True, slots=True)
class Cell:
    """Where in which table of its document a cell stands; row 0 is the header."""

    table: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class ListItem:
    """A simple list (nothing but text and lists in its items), and one item's place in it."""

    start: int
    end: int
    marker: str
    depth: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of prose in a document: what is detected, translated and reported as one.

    ``start`` and ``end`` are character offsets of the prose in the document's text; ``block_start``
    and ``block_end`` those of the whole block, with its markers and line end. ``prefix`` is what a
    further line of the same block begins with (``> ``, the indentation of a list item).
    """

    kind: SegmentKind
    start: int
    end: int
    line: int
    inlines: tuple[Inline, ...]
    block_start: int
    block_end: int
    prefix: str = ""
    is_title: bool = False
    cell: Cell | None = None
    item: ListItem | None = None

    @property
    def raw(self) -> str:
        """The segment's source."""
        return "".join(inline.raw for inline in self.inlines)

    @property
    def text(self) -> str:
        """The words a translator works on: no markup, no code, no URLs; wrapped lines joined."""
        return "".join(
            " " if inline.is_break else inline.text
            for inline in self.inlines
            if inline.kind is not InlineKind.ATOM
        )


class Format(StrEnum):
    """How a file is read and written."""

    MARKDOWN = "markdown"
    TEXT = "text"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True)
class Field:
    """One translatable value of one JSON record.

    ``insert_at`` is the offset in the outer text where a further member of the record goes.
    """

    name: str
    line: int
    insert_at: int
    document: Document
    taken: frozenset[str]  # the record's own keys, of which none is written twice


@dataclass(frozen=True, slots=True)
class Table:
    """Where a table's cells and its delimiter row stand: ranges of offsets, row 0 the header."""

    rows: tuple[tuple[tuple[int, int], ...], ...]
    delimiter: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Document:
    """A file's text and the prose in it. ``newline`` is its line end: that of its first line."""

    name: str
    text: str
    format: Format
    segments: tuple[Segment, ...] = ()
    tables: tuple[Table, ...] = ()
    fields: tuple[Field, ...] = ()
    labels: frozenset[str] = frozenset()  # of link definitions, case folded
    newline: str = field(init=False)

    def __post_init__(self) -> None:
        first = LINE_END.search(self.text)  # once: a first line may be megabytes long
        object.__setattr__(self, "newline", first.group() if first else "\n")

    @property
    def parts(self) -> tuple[Document, ...]:
        """The documents that have segments: this one, or those of its fields."""
        return tuple(one.document for one in self.fields) or (self,)
