"""The inlines of one Markdown block, from the parse events inside it."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from digestlang.digest.document import Inline, InlineKind, SegmentKind, plain

INLINE_TAGS = {
    "Emphasis": "emphasis",
    "Strong": "strong",
    "Strikethrough": "strikethrough",
    "Link": "link",
    "Image": "image",
}


@dataclass(frozen=True, slots=True)
class Event:
    """One parse event and the character offsets of its source."""

    name: str  # "Start", "End", or the leaf event's own name
    tag: str  # what starts or ends
    value: Any
    start: int
    end: int


@dataclass(slots=True)
class Leaf:
    """A block of inlines while its events come in.

    ``raw`` of its inlines, concatenated, is the source from ``start`` to ``cursor`` at all times.
    """

    text: str
    switched_off: list[tuple[int, int]]
    kind: SegmentKind
    block_start: int
    block_end: int
    start: int = -1
    cursor: int = -1
    inlines: list[Inline] = field(default_factory=list)
    last_pair: int = 0
    _open: list[tuple[int, int]] = field(default_factory=list)  # pair, index of its OPEN
    _atom_start: int = -1  # of an image, a wiki link …: everything inside is one atom
    _atom_depth: int = 0

    def take(self, event: Event) -> None:
        """Add what an inline event stands for."""
        if self._atom_depth:
            self._atom_depth += {"Start": 1, "End": -1}.get(event.name, 0)
            if not self._atom_depth:
                self._append(InlineKind.ATOM, event.end, INLINE_TAGS[event.tag])
            return
        if event.name != "End":
            self._take_gap(event)
        if self._is_off(event.start):
            self._append(InlineKind.ATOM, event.end, "off")
        elif event.name == "Start":
            self._take_start(event)
        elif event.name == "End":
            self._take_end(event)
        else:
            raw = self.text[self.cursor : event.end]
            self.inlines += _leaf_inlines(event, raw)
            self.cursor = max(self.cursor, event.end)

    def _is_off(self, offset: int) -> bool:
        index = bisect_right(self.switched_off, (offset, sys.maxsize)) - 1
        return index >= 0 and offset < self.switched_off[index][1]

    def _take_gap(self, event: Event) -> None:
        """Deal with the source between the last event and this one.

        At its end stands the backslash that escapes what follows, if any: it goes with that. The
        rest is the block's own markers, or after a line end the prefix of the next line.
        """
        if self.start < 0:
            # The text of a tight item is a block of its own to nobody: it begins with its event.
            block = self.block_start - (self.kind is SegmentKind.ITEM)
            before = self.text[max(block, 0) : event.start]
            self.start = self.cursor = event.start - len(before) + len(before.rstrip("\\"))
            return
        gap = self.text[self.cursor : event.start]
        markers = gap.removesuffix("\\")
        if self.inlines and self.inlines[-1].is_break:
            self.inlines[-1] = replace(self.inlines[-1], raw=self.inlines[-1].raw + markers)
            self.cursor += len(markers)
        elif markers and event.name not in ("SoftBreak", "HardBreak"):
            self._append(InlineKind.ATOM, self.cursor + len(markers), "markup")

    def _take_start(self, event: Event) -> None:
        link_type = event.value["link_type"] if event.tag == "Link" else None
        if (
            event.tag == "Image"
            or link_type in ("Autolink", "Email")
            or isinstance(link_type, dict)
        ):
            self._atom_start, self._atom_depth = event.start, 1
            return
        self.last_pair += 1
        self._open.append((self.last_pair, len(self.inlines)))
        width = 1
        if event.tag == "Strong" or self.text.startswith("~~", event.start):
            width = 2
        role = INLINE_TAGS[event.tag]
        self._append(InlineKind.OPEN, event.start + width, role, self.last_pair)

    def _take_end(self, event: Event) -> None:
        pair, opened = self._open.pop()
        raw = self.text[self.cursor : event.end]
        words = ""
        if raw in ("]", "][]"):  # a reference whose words are its label: keep the label
            label = "".join(inline.raw for inline in self.inlines[opened + 1 :])
            words = f"][{label}]"
        self._append(InlineKind.CLOSE, event.end, INLINE_TAGS[event.tag], pair, words)

    def _append(self, kind: InlineKind, end: int, role: str, pair: int = 0, text: str = "") -> None:
        """Append the source from the cursor to ``end`` as one inline, unless there is none."""
        if end > self.cursor:
            self.inlines.append(Inline(kind, self.text[self.cursor : end], text, role, pair))
            self.cursor = end


def _leaf_inlines(event: Event, raw: str) -> Iterator[Inline]:
    match event.name:
        case "Text":
            yield from _text_inlines(raw, event.value)
        case "SoftBreak":
            yield Inline(InlineKind.SOFT_BREAK, raw)
        case "HardBreak":
            yield Inline(InlineKind.HARD_BREAK, raw)
        case "Code":
            yield Inline(InlineKind.ATOM, raw, event.value, "code")
        case "InlineMath" | "DisplayMath":
            yield Inline(InlineKind.ATOM, raw, event.value, "math")
        case "FootnoteReference":
            yield Inline(InlineKind.ATOM, raw, role="footnote")
        case _:
            yield Inline(InlineKind.ATOM, raw, role="html")


def _text_inlines(raw: str, text: str) -> Iterator[Inline]:
    if not raw:
        return
    if raw == text:
        yield plain(text)
    elif len(text) == 1:
        yield Inline(InlineKind.TEXT, raw, text)
    elif raw == "\\" + text:
        yield Inline(InlineKind.TEXT, raw[:2], text[0])
        yield plain(text[1:])
    else:  # a character reference for more than one character, a NUL: not for us to re-spell
        yield Inline(InlineKind.ATOM, raw, text, "entity")


# -- HTML tags inside a line ----------------------------------------------------------------------

_TAG = re.compile(r"<(/?)([A-Za-z][\w-]*)([^>]*)>", re.DOTALL)
_VERBATIM_TAGS = frozenset("code kbd samp var pre tt math svg script style".split())
_NOT_TRANSLATED = re.compile(r"""translate\s*=\s*["']?no|class\s*=\s*["'][^"']*notranslate""")
_HTML_PAIR = 1 << 20  # pairs of HTML tags are numbered from here, clear of Markdown's own


def pair_html(inlines: Iterable[Inline]) -> list[Inline]:
    """Turn matching HTML tags into OPEN and CLOSE, ``<br>`` into a break, ``<code>…</code>`` into
    one atom. A tag without its match stays an atom, and so does one that crosses other markup.
    """
    result: list[Inline] = []
    opened: list[tuple[str | int, int]] = []  # HTML tag or Markdown's pair, index in result
    for inline in inlines:
        result.append(inline)
        if inline.kind is InlineKind.OPEN:
            opened.append((inline.pair, len(result) - 1))
        elif inline.kind is InlineKind.CLOSE:
            while opened and opened.pop()[0] != inline.pair:
                pass
        tag = _TAG.fullmatch(inline.raw) if inline.role == "html" else None
        if tag is None:
            continue
        closing, name = bool(tag.group(1)), tag.group(2).lower()
        if name == "br":
            result[-1] = replace(inline, kind=InlineKind.HARD_BREAK)
        elif not closing:
            opened.append((name, len(result) - 1))
        elif opened and opened[-1][0] == name:
            _, index = opened.pop()
            start = result[index]
            if name in _VERBATIM_TAGS or _NOT_TRANSLATED.search(start.raw):
                raw = "".join(part.raw for part in result[index:])
                result[index:] = [Inline(InlineKind.ATOM, raw, role="html")]
            else:
                pair = _HTML_PAIR + index
                result[index] = replace(start, kind=InlineKind.OPEN, pair=pair)
                result[-1] = replace(inline, kind=InlineKind.CLOSE, pair=pair)
    return result
