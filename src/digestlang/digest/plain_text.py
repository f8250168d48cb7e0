"""Read plain text: paragraphs between blank lines, list items by their markers."""

from __future__ import annotations

import re
from itertools import accumulate

from digestlang.digest import prose
from digestlang.digest.document import (
    Document,
    Format,
    Inline,
    InlineKind,
    Segment,
    SegmentKind,
    plain,
)
from digestlang.digest.inlines import mark_atoms

_ITEM = re.compile(r"[ \t\ufeff]*(?:[-*+•·▪◦‣–]|\(?\d{1,3}[.)]|[a-z][.)])[ \t]+(?=\S)")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)?")


def read_text(text: str, name: str = "") -> Document:
    """Read plain text into a document whose segments are its paragraphs and list items.

    Never raises.
    """
    lines = [match.group() for match in _LINE.finditer(text) if match.group()]
    starts = list(accumulate(map(len, lines), initial=0))
    segments = []
    first = 0
    for index in range(len(lines) + 1):
        blank = index == len(lines) or not lines[index].removeprefix("\ufeff").strip()
        if not blank and not _ITEM.match(lines[index]):
            continue
        if index > first:
            segments.append(_segment(lines[first:index], starts[first], first + 1))
        first = index + 1 if blank else index
    return Document(name, text, Format.TEXT, tuple(prose.select(segments)))


def _segment(lines: list[str], block_start: int, line: int) -> Segment:
    marker = _ITEM.match(lines[0])
    indent = marker.end() if marker else len(lines[0]) - len(lines[0].lstrip(" \t\ufeff"))
    inlines: list[Inline] = []
    for number, text in enumerate(lines):
        words = text.rstrip("\r\n")
        lead = indent if number == 0 else len(words) - len(words.lstrip())
        if number:
            previous = lines[number - 1]
            kept = previous.rstrip()
            raw = previous[len(kept) :] + words[:lead]
            inlines.append(Inline(InlineKind.SOFT_BREAK, raw))
        inlines.append(plain(words[lead:].rstrip()))
    start = block_start + indent
    marked = tuple(mark_atoms(inlines))
    end = start + sum(len(inline.raw) for inline in marked)
    return Segment(
        SegmentKind.ITEM if marker else SegmentKind.PARAGRAPH,
        start,
        end,
        line,
        marked,
        block_start if marker else start,
        block_start + sum(map(len, lines)),
        " " * len(lines[0][:indent].lstrip("\ufeff")),
    )
