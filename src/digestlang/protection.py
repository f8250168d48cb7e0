"""Carry code, links, math and emphasis through a translation, each exactly once.

A model trained for it is given placeholders (``⟦1⟧`` … ``⟦9⟧``): one for an atom, two around the
words of a link or emphasis. Any other model is first shown the spans as plain words and trusted
only where the words come back unchanged, or as they are translated by themselves; failing that, the
text between the spans is translated piece by piece. Each of these ways is an :class:`Attempt`: what
to translate, and how to put the translations together. A way that loses a span raises, and the next
is tried.
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
from digestlang.digest.document import Inline, InlineKind, plain
from digestlang.errors import PlaceholderError

MAX_PLACEHOLDERS = 9
TERM = "term"  # the role of an atom that is words again in the end
_PLACEHOLDER = re.compile(r"⟦\s*(\d+)\s*⟧")
_SPACES = re.compile(r"\s+")
_WORDS = re.compile(r"[^\W\d_]")
_LAST_PARTICLE = re.compile(r"(?<=[가-힣])(?:은|는|이|가|을|를|의|에)$")
_MARKUP = (InlineKind.OPEN, InlineKind.CLOSE)
_BARE = ("url", "email")  # atoms that a renderer finds by their characters alone


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


def attempts(core: Sequence[Inline], *, placeholders: bool) -> Iterator[Attempt]:
    """Yield the ways to translate a unit, the most faithful to the sentence first.

    ``placeholders`` says whether the model was trained with them.
    """
    spans = [inline for inline in core if _is_span(inline)]
    if not spans:
        source = _normalise("".join(_words(inline) for inline in core))
        yield Attempt("plain", (source,), lambda translations: [plain(translations[0])])
        return
    if placeholders and len(spans) <= MAX_PLACEHOLDERS:
        yield _with_placeholders(core)
    if all(inline.kind in _MARKUP or inline.text for inline in spans):
        yield _as_words(core)
        halves = Counter(inline.pair for inline in core if inline.kind in _MARKUP)
        if halves and set(halves.values()) == {2}:  # none closes in another sentence
            yield _by_translation(core)
    yield _around_spans(core)


def mask(core: Sequence[Inline], terms: Iterable[str]) -> list[Inline]:
    """Make every occurrence of the terms an atom: names and numbers that a model would misspell.

    There must be one at least. With ``LLaVA`` goes the rest of ``LLaVA-3D``. :func:`unmask` makes
    them words again.
    """
    alternatives = "|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True))
    pattern = re.compile(
        rf"((?<![A-Za-z0-9.,])(?:{alternatives})(?![A-Za-z0-9]|[.,]\d)"
        r"(?:-[A-Za-z0-9]*[A-Z0-9][A-Za-z0-9]*)*)"
    )
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


def _as_words(core: Sequence[Inline]) -> Attempt:
    """Show the spans to the model as words, and find them again in its translation."""

    def rebuild(translations: Sequence[str]) -> list[Inline]:
        return _marked(translations[0], core, lambda index: [_inside(core, index)[0]])

    return Attempt("words", (_all_words(core),), rebuild)


def _by_translation(core: Sequence[Inline]) -> Attempt:
    """The same, but what is marked up is translated by itself too, and its translation looked for.

    Good for noun phrases, which most links and emphasis are.
    """
    opened = [index for index, inline in enumerate(core) if inline.kind is InlineKind.OPEN]
    sources = (_all_words(core), *(_inside(core, index)[0] for index in opened))

    def rebuild(translations: Sequence[str]) -> list[Inline]:
        whole, *parts = translations
        found = dict(zip(opened, map(_spellings, parts), strict=True))
        return _marked(whole, core, lambda index: [*found[index], _inside(core, index)[0]])

    return Attempt("translated words", sources, rebuild)


def _all_words(core: Sequence[Inline]) -> str:
    return _normalise(
        "".join(inline.text if _is_span(inline) else _words(inline) for inline in core)
    )


def _spellings(translation: str) -> list[str]:
    """The forms in which a phrase that was translated alone may stand in a sentence."""
    bare = translation.strip().rstrip(".!?。").strip()
    without_particle = _LAST_PARTICLE.sub("", bare)
    return list(dict.fromkeys(filter(None, (bare, without_particle, bare[:1].lower() + bare[1:]))))


def _marked(
    text: str, core: Sequence[Inline], spellings: Callable[[int], Sequence[str]]
) -> list[Inline]:
    """A translation with the spans of a unit where their words stand in it.

    ``spellings`` of the index of an OPEN are the forms its words may have.

    Raises:
        PlaceholderError: if one is not found, or found twice, or two overlap.
    """
    marks: list[tuple[int, int, Inline]] = []
    for index, inline in enumerate(core):
        if inline.kind is InlineKind.ATOM:
            start, end = _find_once(text, [inline.text])
            marks.append((start, end, inline))
        elif inline.kind is InlineKind.OPEN:
            start, end = _find_once(text, spellings(index))
            marks += [(start, start, inline), (end, end, _inside(core, index)[1])]
    result: list[Inline] = []
    position = 0
    for start, end, inline in sorted(marks, key=lambda mark: mark[:2]):
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


def _inside(core: Sequence[Inline], opened: int) -> tuple[str, Inline]:
    """The words between an OPEN and its CLOSE, and the CLOSE."""
    words = ""
    for inline in core[opened + 1 :]:
        if inline.kind is InlineKind.CLOSE and inline.pair == core[opened].pair:
            return _normalise(words), inline
        words += inline.text if inline.kind is InlineKind.ATOM else _words(inline)
    raise PlaceholderError("markup closes in another sentence")


def _find_once(text: str, spellings: Sequence[str]) -> tuple[int, int]:
    """Where the first of some spellings stands that a text has exactly once."""
    for words in spellings:
        if words and text.count(words) == 1:
            return text.index(words), text.index(words) + len(words)
    raise PlaceholderError(f"{spellings[0]!r} does not stand exactly once in the translation")


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
