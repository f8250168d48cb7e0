"""Carry code, links, math and emphasis through a translation, each exactly once.

A model trained for it is given placeholders (``⟦1⟧`` … ``⟦9⟧``): one for an atom, two around the
words of a link or emphasis. Any other model is shown the spans as plain words; they are found
again in its translation where they come back unchanged, and else by the model's own attention.
Failing that, the text between the spans is translated piece by piece. Each of these ways is an
:class:`Attempt`: what to translate, and how to put the translations together. A way that loses a
span raises, and the next is tried.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from digestlang import particles
from digestlang.alignment import Alignment, Place
from digestlang.digest.document import Inline, InlineKind, plain
from digestlang.errors import PlaceholderError

MAX_PLACEHOLDERS = 9
TERM = "term"  # the role of an atom that is words again in the end
_PLACEHOLDER = re.compile(r"⟦\s*(\d+)\s*⟧")
_SPACES = re.compile(r"\s+")
_WORDS = re.compile(r"[^\W\d_]")
_MARKUP = (InlineKind.OPEN, InlineKind.CLOSE)
_BARE = ("url", "email")  # atoms that a renderer finds by their characters alone


Align = Callable[[str, str], Alignment]  # of a source and its translation


class Search(StrEnum):
    """Who looks for a translation, and how long."""

    USUAL = "usual"
    CAREFUL = "careful"  # the same model, see Engine.careful
    FALLBACK = "fallback"  # another model, if there is one


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to translate a unit.

    ``sources`` go to the engine; ``rebuild`` takes their translations, in order, and returns the
    inlines of the whole, or raises PlaceholderError. ``search`` says which
    engine is to translate them.
    """

    name: str
    sources: tuple[str, ...]
    rebuild: Callable[[Sequence[str]], list[Inline]]
    search: Search = Search.USUAL


def attempts(core: Sequence[Inline], *, placeholders: bool, align: Align) -> Iterator[Attempt]:
    """Yield the ways to translate a unit, the most faithful to the sentence first.

    ``placeholders`` says whether the model was trained with them; ``align`` is the model's.
    """
    spans = [inline for inline in core if _is_span(inline)]
    if not spans:
        source = _normalise("".join(_words(inline) for inline in core))
        yield Attempt("plain", (source,), lambda translations: [plain(translations[0])])
        return
    if placeholders and len(spans) <= MAX_PLACEHOLDERS:
        yield _with_placeholders(core)
    halves = Counter(inline.pair for inline in spans if inline.kind in _MARKUP)
    closed = set(halves.values()) <= {2}  # none opens or closes in another sentence
    if closed and all(inline.kind in _MARKUP or inline.text for inline in spans):
        yield _as_words(core)
        yield _aligned(core, align)
    yield _around_spans(core)


def mask(core: Sequence[Inline], terms: Iterable[str]) -> list[Inline]:
    """Make every occurrence of the terms an atom: names and numbers that a model would misspell.

    There must be one at least. With ``LLaVA`` or ``3D`` goes the rest of ``LLaVA-3D``.
    :func:`unmask` makes them words again.
    """
    pattern = whole_names(terms)
    result = []
    for inline in core:
        if not inline.is_plain:
            result.append(inline)
            continue
        for index, part in enumerate(pattern.split(inline.text)):  # text, term, text, …, text
            if part:
                result.append(
                    Inline(InlineKind.ATOM, part, part, TERM) if index % 2 else plain(part)
                )
    return result


def whole_names(terms: Iterable[str]) -> re.Pattern[str]:
    """What finds terms as whole words, each with all of the name it is in: one group."""
    alternatives = "|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True))
    part = "(?=[a-z]*[A-Z0-9])[A-Za-z0-9]++"  # possessive: a long word is read but once
    return re.compile(
        rf"((?<![A-Za-z0-9.,])(?:{part}-)*(?:{alternatives})(?![A-Za-z0-9]|[.,]\d)(?:-{part})*)"
    )


def fit_particles(inlines: Sequence[Inline]) -> list[Inline]:
    """Give the Korean particle after every span the form that the span's reading asks for.

    The model saw a placeholder there, or the other language's word.
    """
    result: list[Inline] = []
    said = ""
    for inline in inlines:
        if inline.is_plain and result and result[-1].kind in (InlineKind.ATOM, InlineKind.CLOSE):
            inline = plain(particles.fitted(said, inline.text))
        said += inline.raw if inline.kind is InlineKind.ATOM else _words(inline)
        result.append(inline)
    return result


def unmask(inlines: Iterable[Inline]) -> list[Inline]:
    """Make masked terms words again."""
    return [plain(inline.text) if inline.role == TERM else inline for inline in inlines]


def _with_placeholders(core: Sequence[Inline]) -> Attempt:
    """Translate the unit whole, a numbered placeholder for every span."""
    spans: list[Inline] = []
    source = ""
    for inline in core:
        if _is_span(inline):
            spans.append(inline)
            source += f"⟦{len(spans)}⟧"
        else:
            source += _words(inline)

    def rebuild(translations: Sequence[str]) -> list[Inline]:
        result: list[Inline] = []
        parts = _PLACEHOLDER.split(translations[0])  # text, number, text, number, …, text
        for index, part in enumerate(parts):
            if index % 2:
                if not 1 <= int(part) <= len(spans):
                    raise PlaceholderError(f"⟦{part}⟧ was never in the source")
                result.append(spans[int(part) - 1])
            elif part:
                result.append(plain(part))
        return _checked(result, core)

    return Attempt("placeholders", (_normalise(source),), rebuild)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A span that a model is shown as words: where these stand, what they are wrapped in or are."""

    place: Place
    first: Inline
    last: Inline | None = None  # None of an atom, whose words are not kept


def _as_words(core: Sequence[Inline]) -> Attempt:
    """Show the spans to the model as words, and find them again in its translation."""
    source, spans = _shown(core)

    def rebuild(translations: Sequence[str]) -> list[Inline]:
        (text,) = translations
        return _placed(
            text, spans, [_find_once(text, source[slice(*s.place)]) for s in spans], core
        )

    return Attempt("words", (source,), rebuild)


def _aligned(core: Sequence[Inline], align: Align) -> Attempt:
    """The same, but what the model has translated is found by its attention."""
    source, spans = _shown(core)

    def rebuild(translations: Sequence[str]) -> list[Inline]:
        (text,) = translations
        alignment = align(source, text)
        found = [alignment.project(*span.place) for span in spans]
        if None in found:
            raise PlaceholderError("nothing in the translation looks at a span of the source")
        return _placed(text, spans, [place for place in found if place], core)

    return Attempt("aligned", (source,), rebuild)


def _shown(core: Sequence[Inline]) -> tuple[str, list[_Shown]]:
    """A unit as plain words, and its spans, those around others first."""
    text = ""
    spans: list[_Shown] = []
    open_: list[tuple[int, int, Inline]] = []  # where in the text, where in the spans, what
    for inline in core:
        start = len(text)
        words = inline.text if _is_span(inline) else _words(inline)
        words = unicodedata.normalize("NFC", _SPACES.sub(" ", words))
        text += words if text and not text[-1].isspace() else words.lstrip()
        if inline.kind is InlineKind.ATOM:
            spans.append(_Shown((start, len(text)), inline))
        elif inline.kind is InlineKind.OPEN:
            open_.append((start, len(spans), inline))
        elif inline.kind is InlineKind.CLOSE:
            start, index, first = open_.pop()
            spans.insert(index, _Shown((start, len(text)), first, inline))
    return text.rstrip(), spans


def _placed(
    text: str, spans: Sequence[_Shown], places: Sequence[Place], core: Sequence[Inline]
) -> list[Inline]:
    """A translation with spans at their places in it.

    Raises:
        PlaceholderError: if two overlap.
    """
    marks: list[tuple[int, int, int, Inline]] = []
    for index, (span, (start, end)) in enumerate(zip(spans, places, strict=True), start=1):
        if span.last is None:
            marks.append((start, end, index, span.first))
        else:  # at one place, what is inside closes first and opens last
            marks += [(start, start, index, span.first), (end, end, -index, span.last)]
    result: list[Inline] = []
    position = 0
    for start, end, _, inline in sorted(marks, key=lambda mark: mark[:3]):
        if start < position:
            raise PlaceholderError("two spans overlap in the translation")
        if start > position:
            result.append(plain(text[position:start]))
        result.append(inline)
        position = end
    if position < len(text):
        result.append(plain(text[position:]))
    return _checked(result, core)


def _around_spans(core: Sequence[Inline]) -> Attempt:
    """Translate the text between the spans piece by piece; the spans stay where they stand."""
    pieces: list[Attempt | Sequence[Inline]] = []
    previous: Inline | None = None
    for is_span, group in groupby(core, key=_is_span):
        inlines = list(group)
        pieces += [inlines] if is_span else _text_between(inlines, previous)
        previous = inlines[-1]
    whole = joined(pieces)
    return Attempt(
        "around", whole.sources, lambda translations: _checked(whole.rebuild(translations), core)
    )


def _text_between(
    inlines: Sequence[Inline], previous: Inline | None
) -> list[Attempt | Sequence[Inline]]:
    """The pieces of the text after a span: its spaces as they are, and its words to translate."""
    text = "".join(map(_words, inlines))
    words = text.strip()
    if not _WORDS.search(words):
        return [[plain(text)]] if text else []
    lead = text[: len(text) - len(text.lstrip())]
    trail = text[len(text.rstrip()) :]
    after_words = previous is not None and previous.kind in (InlineKind.ATOM, InlineKind.CLOSE)

    def rebuild(translations: Sequence[str]) -> list[Inline]:
        (text,) = translations
        if after_words and not lead and text[:1].isascii() and text[:1].isalnum():
            text = " " + text  # in Korean it was a particle, in English it is a word
        return [plain(text)]

    translated = Attempt("text", (_normalise(words),), rebuild)
    return [[plain(lead)] if lead else [], translated, [plain(trail)] if trail else []]


def joined(pieces: Sequence[Attempt | Sequence[Inline]]) -> Attempt:
    """Attempts at the parts of a sentence, and what stands between them, as one attempt."""
    parts = [piece for piece in pieces if isinstance(piece, Attempt)]

    def rebuild(translations: Sequence[str]) -> list[Inline]:
        waiting = iter(translations)
        result: list[Inline] = []
        for piece in pieces:
            if isinstance(piece, Attempt):
                piece = piece.rebuild([next(waiting) for _ in piece.sources])
            result += piece
        return result

    return Attempt("parts", tuple(source for part in parts for source in part.sources), rebuild)


def source_words(inlines: Sequence[Inline]) -> str:
    """The words that a model is asked to translate, or has translated; no atoms."""
    return _normalise(
        "".join(_words(inline) for inline in inlines if inline.kind is not InlineKind.ATOM)
    )


# -- shared -------------------------------------------------------------------------------------


def _is_span(inline: Inline) -> bool:
    """Whether an inline is to come back once and unchanged: not text, nor a wrapped line's end."""
    return inline.kind not in (InlineKind.TEXT, InlineKind.SOFT_BREAK)


def _words(inline: Inline) -> str:
    return " " if inline.kind is InlineKind.SOFT_BREAK else inline.text


def _normalise(text: str) -> str:
    return unicodedata.normalize("NFC", _SPACES.sub(" ", text).strip())


def _find_once(text: str, words: str) -> Place:
    """Where words stand in a text that has them exactly once."""
    words = words.strip()
    if not words or text.count(words) != 1:
        raise PlaceholderError(f"{words!r} does not stand exactly once in the translation")
    return text.index(words), text.index(words) + len(words)


def _checked(result: Sequence[Inline], core: Sequence[Inline]) -> list[Inline]:
    """Return the inlines with their spaces mended, or raise if a span is lost, doubled or torn."""
    if Counter(filter(_is_span, result)) != Counter(filter(_is_span, core)):
        raise PlaceholderError("not every span stands exactly once in the translation")
    if any(re.search("[⟦⟧]", inline.text) for inline in result if inline.kind is InlineKind.TEXT):
        raise PlaceholderError("a placeholder is left over in the translation")
    if _wordless(result) - _wordless(core):
        raise PlaceholderError("markup has lost its words in the translation")
    return _mend_spaces(result)


def _wordless(inlines: Sequence[Inline]) -> set[int]:
    """The pairs of markup with nothing but blanks inside.

    Raises:
        PlaceholderError: if two pairs cross.
    """
    halves = Counter(inline.pair for inline in inlines if inline.kind in _MARKUP)
    opened: list[int] = []
    blank: set[int] = set()  # of the opened: those without a word yet
    found: set[int] = set()
    for inline in inlines:
        if inline.kind not in _MARKUP:
            if (inline.text if inline.kind is InlineKind.TEXT else inline.raw).strip():
                blank.clear()  # `&nbsp;` is no word
        elif halves[inline.pair] < 2:
            continue
        elif inline.kind is InlineKind.OPEN:
            opened.append(inline.pair)
            blank.add(inline.pair)
        elif not opened or opened.pop() != inline.pair:
            raise PlaceholderError("markup crosses other markup in the translation")
        elif inline.pair in blank:
            found.add(inline.pair)
    return found


def _mend_spaces(inlines: Sequence[Inline]) -> list[Inline]:
    """No space just inside markup (it would not be markup); one between a bare URL and a letter
    (a Korean particle straight after it would be read as a part of it).
    """
    result: list[Inline] = []
    for inline in inlines:
        previous = result[-1] if result else plain("")
        if inline.kind is InlineKind.TEXT:
            text = inline.text
            if previous.kind is InlineKind.OPEN and text[:1].isspace():
                text = text.lstrip()
                result[-1:] = [plain(" "), previous]
            if previous.role in _BARE and text[:1].isalnum():
                text = " " + text
            inline = plain(text) if text != inline.text else inline
        elif previous.kind is InlineKind.TEXT:
            if inline.kind is InlineKind.CLOSE and previous.text[-1:].isspace():
                result[-1:] = [plain(previous.text.rstrip()), inline]
                inline = plain(" ")
            elif inline.role in _BARE and previous.text[-1:].isalnum():
                result.append(plain(" "))
        result.append(inline)
    return result
