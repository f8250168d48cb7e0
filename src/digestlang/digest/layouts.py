"""Put translations into a document: one function a layout, each a list of splices into its text."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from digestlang.digest.document import LINE_END, Document, Format, Segment, SegmentKind, line_start
from digestlang.digest.writing import cell_text
from digestlang.errors import UsageError
from digestlang.languages import Direction, Language


@dataclass(frozen=True, slots=True)
class Placed:
    """A segment and the source text of its translation, to go where the layout says."""

    segment: Segment
    target: str
    direction: Direction


@dataclass(frozen=True, slots=True)
class Splice:
    """Replace the characters ``start`` to ``end`` of a text."""

    start: int
    end: int
    text: str


_TEXT_LINE = re.compile(r"[> \t]*[^> \t\r\n]")  # a line that is not blank
_PIPED_LINK = re.compile(r"\[\[[^\[\]\n]*\|")  # `[[page|label]]`, which no table cell can hold

Layout = Callable[[Document, Sequence[Placed]], Iterator[Splice]]


def render(document: Document, placed: Sequence[Placed], layout: str) -> str:
    """Return a document's text with translations in it.

    ``placed`` are those of its segments (or of its fields' documents) that were translated, in
    order. Everything else comes out as it went in.

    Raises:
        UsageError: if the layout needs Markdown and the document is something else.
    """
    if document.format is Format.JSONL:
        return _splice(document.text, _fields(document, placed))
    check_layout(document, layout)
    return _splice(document.text, LAYOUTS[layout](document, placed))


def check_layout(document: Document, layout: str) -> None:
    """Raise UsageError if a document cannot be written in a layout."""
    if document.format is Format.TEXT and layout in ("table", "details"):
        raise UsageError(
            f"{document.name}: --layout {layout} needs Markdown; use interleaved or target"
        )


def _splice(text: str, splices: Iterator[Splice]) -> str:
    pieces = []
    position = 0
    for splice in sorted(splices, key=lambda s: (s.start, s.end)):
        pieces += [text[position : splice.start], splice.text]
        position = splice.end
    return "".join([*pieces, text[position:]])


# -- layouts --------------------------------------------------------------------------------------


def target_only(document: Document, placed: Sequence[Placed]) -> Iterator[Splice]:
    """The translation in the place of its source."""
    for one in placed:
        yield Splice(one.segment.start, one.segment.end, one.target)


def interleaved(document: Document, placed: Sequence[Placed]) -> Iterator[Splice]:
    """Every block, then its translation: a block of the same kind, or a further line of an item."""
    for one in placed:
        yield _after(document, one)


def details(document: Document, placed: Sequence[Placed]) -> Iterator[Splice]:
    """The translation, and under it the source, folded."""
    newline = document.newline
    for one in placed:
        segment = one.segment
        opening = f"<details><summary>{one.direction.source.autonym}</summary>"
        if segment.kind in (SegmentKind.CELL, SegmentKind.ITEM):
            folded = f" {opening}{segment.raw}</details>"
            yield Splice(segment.start, segment.end, one.target + folded)
            continue
        yield Splice(segment.start, segment.end, one.target)
        blank = newline + segment.prefix.rstrip() + newline + segment.prefix
        folded = f"{opening}{blank}{segment.raw}{blank}</details>"
        yield _new_block(document, segment, folded, apart=True)


def table(document: Document, placed: Sequence[Placed]) -> Iterator[Splice]:
    """Source and translation side by side: paragraphs and simple lists become two-column tables, a
    table gets a column more, a heading or anything else has its translation below it.
    """
    cells = [one for one in placed if one.segment.kind is SegmentKind.CELL]
    for index, group in groupby(cells, key=_table_of):
        yield from _added_columns(document, index, list(group))
    rest = [one for one in placed if one.segment.kind is not SegmentKind.CELL]
    for run in _runs(document, rest):
        first = run[0].segment
        if any(_PIPED_LINK.search(one.segment.raw) for one in run):
            yield from (_after(document, one) for one in run)
        elif first.kind is SegmentKind.PARAGRAPH:
            yield _as_table(document, run, first.block_start, run[-1].segment.block_end)
        elif first.item is not None and _covers_list(document, run):
            yield _as_table(document, run, first.item.start, first.item.end)
        else:
            yield from (_after(document, one) for one in run)


LAYOUTS: dict[str, Layout] = {
    "interleaved": interleaved,
    "table": table,
    "target": target_only,
    "details": details,
}


# -- blocks ---------------------------------------------------------------------------------------


def _after(document: Document, one: Placed) -> Splice:
    """The translation after its source, as the kind of block allows."""
    segment, newline = one.segment, document.newline
    if segment.kind is SegmentKind.CELL:
        return Splice(segment.end, segment.end, f"<br>{one.target}")
    if segment.kind is SegmentKind.ITEM:
        line_break = "<br>" if document.format is Format.MARKDOWN else ""
        return Splice(
            segment.end, segment.end, f"{line_break}{newline}{segment.prefix}{one.target}"
        )
    # The block again with the translation in it: `## `, a setext underline and the like come along.
    before = document.text[segment.block_start : segment.start]
    after = document.text[segment.end : segment.block_end].rstrip("\r\n")
    if segment.kind is SegmentKind.HEADING:
        after = re.sub(r"\s*\{[^{}]*\}", "", after)  # an id must stay unique
    return _new_block(document, segment, before + one.target + after)


def _new_block(document: Document, segment: Segment, source: str, *, apart: bool = False) -> Splice:
    """A block of its own after a segment's: its first line follows the prefix of a further line.

    ``apart`` keeps a blank line below it as well, for HTML, which else would swallow what follows.
    """
    newline = document.newline
    blank = segment.prefix.rstrip() + newline
    if document.text.endswith(("\n", "\r"), 0, segment.block_end):
        text = f"{blank}{segment.prefix}{source}{newline}"
        if apart and _TEXT_LINE.match(document.text, segment.block_end):
            text += blank
    else:
        text = f"{newline}{blank}{segment.prefix}{source}"
    return Splice(segment.block_end, segment.block_end, text)


# -- tables ---------------------------------------------------------------------------------------


def _table_of(one: Placed) -> int:
    assert one.segment.cell is not None
    return one.segment.cell.table


def _added_columns(document: Document, index: int, group: list[Placed]) -> Iterator[Splice]:
    """A column of translations beside every column that has any below its header."""
    places = {
        (one.segment.cell.row, one.segment.cell.column): one for one in group if one.segment.cell
    }
    grid = document.tables[index]
    delimiters = list(re.finditer(r"[^|\r\n]*-[^|\r\n]*", document.text[slice(*grid.delimiter)]))
    for column in sorted({column for row, column in places if row > 0}):
        for row, cells in enumerate(grid.rows):
            one = places.get((row, column))
            words = one.target if one else ""
            if row == 0 and one is None:
                words = Counter(o.direction.target for o in group).most_common(1)[0][0].autonym
            start, end = cells[column]
            if start < end:  # a cell that a short row leaves out needs no neighbour
                yield _added_cell(document.text, end, words)
        yield _added_cell(document.text, grid.delimiter[0] + delimiters[column].end(), "---")


def _added_cell(text: str, end: int, words: str) -> Splice:
    space = "" if text[end - 1].isspace() else " "
    trail = " " if text[end : end + 1] == "|" else ""
    return Splice(end, end, f"{space}| {words}{trail}")


def _runs(document: Document, placed: Sequence[Placed]) -> Iterator[list[Placed]]:
    """Group what can share a table: paragraphs with nothing between them, the items of a list."""
    run: list[Placed] = []
    for one in placed:
        if run and not _continues(document, run[-1], one):
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def _continues(document: Document, last: Placed, one: Placed) -> bool:
    a, b = last.segment, one.segment
    if a.kind is not b.kind or last.direction != one.direction:
        return False
    if a.kind is SegmentKind.PARAGRAPH:
        between = document.text[a.block_end : b.block_start]
        return a.prefix == b.prefix and not between.strip("> \t\r\n")
    if a.item is None or b.item is None:
        return False
    return (a.item.start, a.item.end) == (b.item.start, b.item.end)


def _covers_list(document: Document, run: list[Placed]) -> bool:
    """Whether a run is a whole list: between its items stand markers only."""
    position = run[0].segment.item.start if run[0].segment.item else 0
    for one in run:
        assert one.segment.item is not None
        between = document.text[position : one.segment.start].strip("> \t\r\n")
        if between != one.segment.item.marker.strip("> \t\r\n"):
            return False
        position = one.segment.end
    end = run[0].segment.item.end if run[0].segment.item else 0
    return not document.text[position:end].strip("> \t\r\n")


def _as_table(document: Document, run: list[Placed], start: int, end: int) -> Splice:
    """A two-column table in the place of paragraphs or a list."""
    first, text, newline = run[0].segment, document.text, document.newline
    line = line_start(text, start)
    prefix = first.prefix if first.item is None else re.sub(r"[^>\t]", " ", text[line:start])
    direction = run[0].direction
    rows = [(direction.source.autonym, direction.target.autonym), ("---", "---")]
    for one in run:
        mark = _marker(one.segment)
        rows.append((mark + _one_line(one.segment.raw), mark + _one_line(one.target)))
    end -= len(text[start:end]) - len(text[start:end].rstrip("> \t\r\n"))
    lines = [f"| {source} | {target} |" for source, target in rows]
    # A table must not touch a paragraph: it would be taken for part of it.
    if (
        line
        and not text[line:start].strip("> \t")
        and _TEXT_LINE.match(text, _line_before(text, line))
    ):
        lines.insert(0, "")
    line_end = LINE_END.match(text, end)
    if line_end and _TEXT_LINE.match(text, line_end.end()):
        lines.append("")
    return Splice(start, end, (newline + prefix).join(lines))


def _line_before(text: str, line: int) -> int:
    """The offset at which the line before the one that starts at ``line`` starts."""
    return line_start(text, line - (2 if text.endswith("\r\n", 0, line) else 1))


def _marker(segment: Segment) -> str:
    """A list item's marker and depth, in a table cell."""
    if segment.item is None:
        return ""
    mark = re.sub(r"^[-*+]", "•", segment.item.marker)
    mark = mark.replace("• [ ]", "☐").replace("• [x]", "☑").replace("• [X]", "☑")
    return "&emsp;" * segment.item.depth + mark + " "


def _one_line(raw: str) -> str:
    raw = re.sub(r"(?: {2,}|\\)(?:\r\n|\n|\r)[> \t]*", "<br>", raw)
    return cell_text(re.sub(r"\s*[\r\n]+[> \t]*", " ", raw))


# -- JSON Lines -----------------------------------------------------------------------------------


def _fields(document: Document, placed: Sequence[Placed]) -> Iterator[Splice]:
    """``"summary_ko": "…"`` before the closing brace of records whose summary was translated."""
    by_segment = {id(one.segment): one for one in placed}
    for field in document.fields:
        inside = [by_segment[id(s)] for s in field.document.segments if id(s) in by_segment]
        if not inside:
            continue
        name = field_name(field.name, inside[0].direction.target)
        translation = _splice(field.document.text, target_only(field.document, inside))
        member = (
            json.dumps(name, ensure_ascii=False)
            + ": "
            + json.dumps(translation, ensure_ascii=False)
        )
        yield Splice(field.insert_at, field.insert_at, ", " + member)


def field_name(name: str, language: Language) -> str:
    """The name of the member that holds a field's translation."""
    return f"{name}_{language}"
