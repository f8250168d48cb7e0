"""A document's blocks, in order: what it shares with the same document in another language."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from digestlang.digest.document import (
    LINE_END,
    Document,
    Format,
    InlineKind,
    Segment,
    SegmentKind,
)
from digestlang.digest.markdown import read_blocks
from digestlang.digest.plain_text import read_text

_NAMES = {
    "BlockQuote": "quote",
    "CodeBlock": "code block",
    "DefinitionListTitle": "term",
    "FootnoteDefinition": "footnote",
    "HtmlBlock": "HTML block",
    "Item": "list item",
    "MetadataBlock": "front matter",
    "TableCell": "table cell",
    "TableHead": "table row",
    "TableRow": "table row",
}
_EMPHASIS_TAG = re.compile(r"<(?P<end>/?)(?P<name>strong|em|b|i)>")
_TAG_ROLES = {"strong": "strong", "b": "strong", "em": "emphasis", "i": "emphasis"}
_VERBATIM = ("CodeBlock", "HtmlBlock", "MetadataBlock")


@dataclass(frozen=True, slots=True)
class Block:
    """One block: what it is, its line, and the words in it or the text it is copied with.

    ``kind`` is in plain words (``heading 2``, ``table cell``); ``verbatim`` the source of a block
    that no translation changes; ``segment`` the words of one that has any.
    """

    kind: str
    line: int
    verbatim: str = ""
    segment: Segment | None = None


def outline(document: Document) -> list[Block]:
    """Return a document's blocks, prose or not, containers before what they hold."""
    if document.format is Format.TEXT:
        return [Block(str(s.kind), s.line, segment=s) for s in read_text(document.text).segments]
    events, segments = read_blocks(document.text)
    leaves = {(s.kind is SegmentKind.ITEM, s.block_start): s for s in segments}
    placed: list[tuple[int, int, Block]] = []
    line, position = 1, 0
    for order, event in enumerate(events):
        line += sum(1 for _ in LINE_END.finditer(document.text, position, event.start))
        position = event.start
        kind = _NAMES.get(event.tag, event.tag.lower() or "rule")
        if event.tag == "Heading":
            kind = f"heading {event.value['level'][1:]}"
        elif event.tag == "List":
            kind = "bullet list" if event.value is None else "numbered list"
        verbatim = document.text[event.start : event.end] if event.tag in _VERBATIM else ""
        segment = leaves.get((False, event.start)) if event.tag != "Item" else None
        placed.append((event.start, order, Block(kind, line, verbatim, segment)))
    for segment in segments:
        if segment.kind is SegmentKind.ITEM:  # the text of a tight item is no block of its own
            placed.append(
                (segment.start, len(events), Block("text", segment.line, segment=segment))
            )
    return [block for *_, block in sorted(placed, key=lambda place: place[:2])]


def copied(segment: Segment) -> Counter[tuple[str, str]]:
    """What stands in a segment beside words, as (role, source): the source of atoms and links,
    which a translation keeps, and nothing for emphasis, however it is spelt.
    """
    found: Counter[tuple[str, str]] = Counter()
    for inline in segment.inlines:
        if tag := _EMPHASIS_TAG.fullmatch(inline.raw):  # `**` spelled so that it closes
            if tag["end"]:
                found[_TAG_ROLES[tag["name"]], ""] += 1
        elif inline.kind is InlineKind.ATOM:
            found[inline.role, inline.raw] += 1
        elif inline.kind is InlineKind.CLOSE:
            found[inline.role, inline.raw if inline.role == "link" else ""] += 1
    return found
