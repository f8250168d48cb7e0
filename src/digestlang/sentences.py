"""Cut a segment's inlines into the units a translation model is given, and nothing is lost.

Sentence boundaries come from sentencex (Wikimedia's, rule-based, which returns its input whole),
seen through stand-ins for code, URLs and formulas. To them come the boundaries that only a digest
has: labels (``**What's New**: …``), enumerators inside a paragraph (``a) … b) …``) and line ends
that the author meant.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

import sentencex

from digestlang.digest.document import Inline, InlineKind, plain
from digestlang.digest.inlines import cut, width
from digestlang.languages import Language

_STAND_IN = "\ufffc"  # OBJECT REPLACEMENT CHARACTER
_ENUMERATOR = r"(?:\(?[a-zA-Z]\)|\(?\d{1,2}\)|\(?[ivx]{1,4}\)|\d{1,2}\.)"
_BOUNDARIES = re.compile(
    rf"(?<=\s\s)(?={_ENUMERATOR}\s+\S)"
    r"|(?<=[.?!:;]\s)(?=\(?(?:[a-zA-Z]|\d{1,2}|[ivx]{1,4})\)\s+\S)"
    r"|(?<=[::]\s)(?=\d{1,2}\.\s+\S)"
    r"|(?<=[가-힣][.?!]\s)(?=\S)|(?<=다\.)(?=[가-힣])"
)
_CLOSED_ONLY = re.compile(r"(?<![\w(])([a-zA-Z]|[ivx]{1,4}|\d{1,2})\)")
_LEADING = re.compile(rf"\s*(?:{_ENUMERATOR}\s+|[-•·▪*–]\s+)?\s*")
_TRAILING = re.compile(r"(?:\s*[::]|\s+[–—-])?\s*$")
_LABEL_END = re.compile(r"\s?[::–—-]\s+|[::]")
_LABEL_LIMIT = 60
_LINE_START = re.compile(r"\s*(?:\S{1,20}\s?[::]\s|[-•·▪*]\s|\(?\d{1,2}[.)]\s)")
_LINE_END = re.compile(r"[.?!:。…]['\"”’)]*$")
_PEELED_ATOMS = frozenset("html image footnote emoji markup off tail citation entity".split())
_CLAUSE_END = re.compile(r"[,;:—、]\s+|\s[–—]\s|(?<=[며고])\s")


@dataclass(frozen=True, slots=True)
class Unit:
    """What is translated at a time: ``core``, between markup and spaces that stay in place."""

    before: tuple[Inline, ...]
    core: tuple[Inline, ...]
    after: tuple[Inline, ...]

    @property
    def inlines(self) -> tuple[Inline, ...]:
        """The whole unit; those of all units in order are those of the segment."""
        return self.before + self.core + self.after


def split_units(inlines: Sequence[Inline], language: Language) -> list[Unit]:
    """Cut a segment into units, at sentence, label and enumerator boundaries."""
    visible = "".join(_visible(inline) for inline in inlines)
    inlines = _with_kept_line_ends(inlines)
    offsets = set(_after_label(inlines))
    for inline, end in zip(inlines, accumulate(map(width, inlines)), strict=True):
        if inline.kind is InlineKind.HARD_BREAK:
            offsets.add(end)
    position = 0
    for sentence in sentencex.segment(str(language), _balanced(visible)):
        position += len(sentence)
        if sentence[-1:].isspace():  # else it would end inside `"좋다."라고`
            offsets.add(position)
    offsets.update(match.start() for match in _BOUNDARIES.finditer(visible))
    inner = sorted(offset for offset in offsets if 0 < offset < len(visible))
    return [_peel(piece) for piece in cut(inlines, inner) if piece]


def split_long(unit: Unit, fits: Callable[[Sequence[Inline]], bool]) -> Iterator[Unit]:
    """Halve a unit, again and again if need be, until its parts fit the model."""
    parts = [unit] if fits(unit.core) else halve(unit)
    if len(parts) == 1:
        yield unit
        return
    for part in parts:
        yield from split_long(part, fits)


def halve(unit: Unit) -> list[Unit]:
    """Cut a unit in two, near its middle and best between clauses; one that cannot be cut stays."""
    visible = "".join(_visible(inline) for inline in unit.core)
    middle = len(visible) / 2
    ends = [match.end() for match in _CLAUSE_END.finditer(visible)]
    ends = [end for end in ends if 0.2 < end / len(visible) < 0.8]
    ends = ends or [match.end() for match in re.finditer(r"\s+", visible)]
    offset = min(ends or [int(middle)], key=lambda end: abs(end - middle))
    if not 0 < offset < len(visible):
        return [unit]
    first, second = cut(unit.core, [offset])
    if not first or not second:
        return [unit]
    return [_peel([*unit.before, *first]), _peel([*second, *unit.after])]


def _balanced(text: str) -> str:
    """Text of the same length without what sentencex would take for brackets and quotes left open.

    It never cuts inside a pair, and ``i)`` has no opening half: all that follows would be one
    sentence.
    """
    text = _CLOSED_ONLY.sub(r"\1,", text)
    return text.replace('"', "'") if text.count('"') % 2 else text


def _visible(inline: Inline) -> str:
    match inline.kind:
        case InlineKind.TEXT:
            return inline.text
        case InlineKind.OPEN | InlineKind.CLOSE:
            return ""
        case InlineKind.ATOM:
            return _STAND_IN
        case _:
            return " "


def _after_label(inlines: Sequence[Inline]) -> Iterator[int]:
    """Yield the offset after a label in emphasis at the start, with its colon or dash."""
    if not inlines or inlines[0].kind is not InlineKind.OPEN or inlines[0].role == "link":
        return
    label = ""
    for index, inline in enumerate(inlines):
        if inline.kind is InlineKind.CLOSE and inline.pair == inlines[0].pair:
            rest = "".join(_visible(later) for later in inlines[index + 1 : index + 3])
            end = _LABEL_END.match(rest)
            if end:
                yield len(label) + end.end()
            elif label.rstrip().endswith((":", ":")):
                yield len(label)
            return
        label += _visible(inline)
        if len(label) > _LABEL_LIMIT:
            return


def _with_kept_line_ends(inlines: Sequence[Inline]) -> list[Inline]:
    """Make hard those soft line ends that only look like wrapping: the next word would have
    fitted, and the lines read like lines of their own.
    """
    if not any(inline.is_break for inline in inlines):
        return list(inlines)
    lines = "".join("\n" if i.is_break else _visible(i) for i in inlines).split("\n")
    widest = max(map(display_width, lines))
    ends = pairwise(lines)
    result = []
    for inline in inlines:
        if inline.is_break:
            line, following = next(ends)
            word = following.split(maxsplit=1)[0] if following.strip() else ""
            fitted = display_width(line) + 1 + display_width(word) <= widest
            if fitted and (_LINE_END.search(line) or _LINE_START.match(following)):
                inline = replace(inline, kind=InlineKind.HARD_BREAK)
        result.append(inline)
    return result


def display_width(text: str) -> int:
    """Columns of a text in a fixed-width font: Hangul and other wide characters take two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


# -- peeling --------------------------------------------------------------------------------------


def _peel(inlines: Sequence[Inline]) -> Unit:
    """Take off both ends of a sentence what no model need see: spaces, enumerators, a final colon,
    line ends, images, notes, and markup around the whole of it.
    """
    core = deque(inlines)
    before: deque[Inline] = deque()
    after: deque[Inline] = deque()
    halves = Counter(inline.pair for inline in core if inline.pair)
    while core and (_peel_start(core, before, halves) or _peel_end(core, after, halves)):
        pass
    return Unit(tuple(before), tuple(core), tuple(after))


def _peel_start(core: deque[Inline], before: deque[Inline], halves: Counter[int]) -> bool:
    first = core[0]
    if first.kind is InlineKind.TEXT:
        lead = _LEADING.match(first.text)
        if not first.is_plain or not lead or not lead.end():
            return False
        before.append(plain(lead.group()))
        core.popleft()
        if lead.end() < len(first.text):
            core.appendleft(plain(first.text[lead.end() :]))
        return True
    # Markup whose other half is peeled too, or stands in another sentence, needs no model.
    around_all = first.kind is InlineKind.OPEN and core[-1].pair == first.pair
    if around_all or _stands_alone(first, halves):
        halves[first.pair] -= 1
        before.append(core.popleft())
        return True
    return False


def _peel_end(core: deque[Inline], after: deque[Inline], halves: Counter[int]) -> bool:
    last = core[-1]
    if last.kind is InlineKind.TEXT:
        trail = _TRAILING.search(last.text)
        if not last.is_plain or not trail or not trail.group():
            return False
        after.appendleft(plain(trail.group()))
        core.pop()
        if trail.start():
            core.append(plain(last.text[: trail.start()]))
        return True
    if _stands_alone(last, halves):
        halves[last.pair] -= 1
        after.appendleft(core.pop())
        return True
    return False


def _stands_alone(inline: Inline, halves: Counter[int]) -> bool:
    match inline.kind:
        case InlineKind.OPEN | InlineKind.CLOSE:
            return halves[inline.pair] < 2
        case InlineKind.ATOM:
            return inline.role in _PEELED_ATOMS
        case _:
            return inline.is_break
