"""Write translated inlines as Markdown that a parser reads back as just those inlines.

Whether a character must be escaped depends on everything around it, so the parser decides: the
plainest spelling that reads back right is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import dropwhile

from digestlang.digest.document import (
    Document,
    Format,
    Inline,
    InlineKind,
    Segment,
    SegmentKind,
    plain,
)
from digestlang.digest.inlines import ATOMS
from digestlang.digest.markdown import BARE_CELL, OPEN_CELL, SETEXT_HEADING, parse_fragment

_SPECIAL = re.compile(r"[\\`*_\[\]<>&$|~#^=+{}()!:.-]")
_SPACES = re.compile(r"\s+")
# A backslash before a pipe keeps it in its cell, even one that another backslash escapes.
_UNESCAPED_PIPE = re.compile(r"(?<!\\)\|")
_BLANKS = " \t\v\f"
_LINE_STARTS = ("", ">")  # nothing, or a quote's marker
_HTML_TAGS = {"strong": "strong", "emphasis": "em", "strikethrough": "del"}


def write_inlines(inlines: Sequence[Inline], segment: Segment, document: Document) -> str | None:
    """Return the source of a segment's translation, or None if no spelling reads back right.

    ``inlines`` are the translation's, ``segment`` what they translate, of ``document``.
    """
    inlines = [_translated_markup(inline) for inline in inlines]
    inlines = _without_leading_blanks(inlines)
    if document.format is Format.TEXT:
        return "".join(inline.raw for inline in inlines)
    kind: str = segment.kind
    if kind == SegmentKind.HEADING and document.text[segment.block_start] != "#":
        kind = SETEXT_HEADING
    elif kind == SegmentKind.CELL and _character_before(segment, document) in _LINE_STARTS:
        kind = BARE_CELL
    elif kind == SegmentKind.CELL and _character_after(segment, document) != "|":
        kind = OPEN_CELL
    elif kind == SegmentKind.ITEM and _character_before(segment, document) in _LINE_STARTS:
        kind = SegmentKind.PARAGRAPH  # a term that a definition follows: no marker before it

    def canonical(read: Sequence[Inline]) -> list[str]:
        return _canonical(_expanded(read, kind, document.labels, notes))

    notes = [inline.raw for inline in inlines if inline.role == "footnote"]
    wanted = canonical(inlines)
    line_end = "\n  " if segment.kind is SegmentKind.ITEM else "\n"  # as the prefix indents it
    shares_block = segment.kind in (SegmentKind.ITEM, SegmentKind.CELL)
    for spelled in _spellings(inlines, shares_block=shares_block):
        for_check = "".join(
            line_end if i.is_break and not i.raw.startswith("<") else i.raw for i in spelled
        )
        raw = "".join(inline.raw for inline in spelled)
        if segment.kind is SegmentKind.CELL:
            raw = cell_text(raw)
            raw += " " * raw.endswith("\\")  # the pipe after it is not to be escaped
            for_check = raw
        found = parse_fragment(for_check, kind, document.labels, notes)
        if found and canonical(found) == wanted:
            return raw
    return None


def _character_before(segment: Segment, document: Document) -> str:
    """The last character before a segment on its line, blanks apart; none if there is none."""
    place = segment.start - 1
    while place >= 0 and document.text[place] in " \t":
        place -= 1
    return document.text[place].strip("\r\n") if place >= 0 else ""


def _character_after(segment: Segment, document: Document) -> str:
    """The same, after it."""
    place = segment.end
    while place < len(document.text) and document.text[place] in " \t":
        place += 1
    return document.text[place : place + 1].strip("\r\n")


def _without_leading_blanks(inlines: Sequence[Inline]) -> list[Inline]:
    """The inlines, the first a word or markup: a blank would shift a list item's content."""
    rest = list(
        dropwhile(lambda i: i.kind is InlineKind.TEXT and not i.raw.strip(_BLANKS), inlines)
    )
    if rest and rest[0].is_plain:
        rest[0] = plain(rest[0].text.lstrip(_BLANKS))
    return rest


def cell_text(raw: str) -> str:
    """Source of one line with every pipe escaped, so that it can stand in a table cell."""
    return _UNESCAPED_PIPE.sub(r"\\|", raw)


def _translated_markup(inline: Inline) -> Inline:
    """Markup whose spelling depends on words that are translated now: see :class:`Inline`."""
    if inline.kind is InlineKind.CLOSE and inline.text:
        return replace(inline, raw=inline.text)
    return inline


def _spellings(inlines: Sequence[Inline], *, shares_block: bool) -> Iterator[list[Inline]]:
    # A fragment does not see all of its document: whether `[^1]` is a note, `[x]` before a note a
    # reference, `[x]` at the start a checkbox; nor, where source and translation share a block,
    # a backtick of the source that one of the translation would close.
    words = "".join(inline.raw for inline in inlines if inline.kind is InlineKind.TEXT)
    noted = any(inline.role == "footnote" for inline in inlines)
    unsafe = r"[\[\]]" if noted else r"\[\^|\A\[[ xX]\]"
    if not re.search(unsafe, words) and not (shares_block and "`" in words):
        yield list(inlines)
        yield [_as_html(inline) for inline in inlines]
    yield [_escaped(inline) for inline in inlines]
    yield [_escaped(_as_html(inline)) for inline in inlines]


def _as_html(inline: Inline) -> Inline:
    """Emphasis as HTML: `**…(…)**을` is literal to CommonMark, `<strong>…(…)</strong>을` is not."""
    tag = _HTML_TAGS.get(inline.role)
    if tag is None:
        return inline
    return replace(inline, raw=f"<{tag}>" if inline.kind is InlineKind.OPEN else f"</{tag}>")


def _escaped(inline: Inline) -> Inline:
    if not inline.is_plain:
        return inline
    return replace(inline, raw=_SPECIAL.sub(r"\\\g<0>", inline.text))


def _canonical(inlines: Iterable[Inline]) -> list[str]:
    """What inlines mean, however they are spelled: words, atoms, and markup by its role."""
    parts = [""]  # words and marks by turns
    for inline in inlines:
        if inline.kind is InlineKind.TEXT or (inline.role in ATOMS and inline.text):
            parts[-1] += inline.text
        elif inline.is_break:
            parts[-1] += " "
        else:
            parts += [_mark(inline), ""]
    words = [_SPACES.sub(" ", part) for part in parts]
    words[0], words[-1] = words[0].lstrip(), words[-1].rstrip()
    return words


def _mark(inline: Inline) -> str:
    if inline.kind is InlineKind.ATOM:
        return f"atom {cell_text(inline.raw)}"
    role = inline.role
    tag = inline.raw.strip("</>") if role == "html" else ""
    role = next((name for name, html in _HTML_TAGS.items() if tag == html), role)
    return f"{inline.kind} {role}" + ("" if role in _HTML_TAGS else f" {inline.raw}")


def _expanded(
    inlines: Sequence[Inline], kind: str, labels: frozenset[str], notes: Sequence[str]
) -> Iterator[Inline]:
    """Yield the inlines, those that a parser would see as several replaced by these."""
    for inline in inlines:
        if inline.role not in ("tail", "off", "markup"):
            yield inline
            continue
        if inline.raw[:1].isspace():
            yield plain(" ")
        yield from parse_fragment(inline.raw.strip(), kind, labels, notes)
        if inline.raw[-1:].isspace():
            yield plain(" ")
