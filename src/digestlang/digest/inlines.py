"""What inside a line of prose is not words: found in text, whatever the format around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from digestlang.digest.document import Inline, InlineKind, plain

# Hangul may follow a URL without a space (`https://a.b/c에서`), so URLs are ASCII here: an
# internationalised path is written percent-encoded in practice, a Korean particle is not.
_URL_CHARACTERS = r"[A-Za-z0-9\-._~:/?#@!$&'*+,;=%()\[\]]"

ATOMS: dict[str, str] = {
    # A placeholder-like bracket of the source itself must never be mistaken for one of ours.
    "bracket": r"[⟦⟧]",
    "url": rf"(?:https?|ftp)://{_URL_CHARACTERS}+|www\.[A-Za-z0-9\-]+\.{_URL_CHARACTERS}+",
    "email": r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]+"
    r"@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*\.[A-Za-z]{2,}",
    "arxiv": r"arXiv:\s?\d{4}\.\d{4,5}(?:v\d+)?|(?<![\d.])\d{4}\.\d{5}(?:v\d+)?(?![\d.])",
    "doi": r"(?:doi:\s?)?10\.\d{4,9}/[A-Za-z0-9\-._;()/:]+",
    # Left by abstracts that were LaTeX once: \cite{x}, \method, \(x^2\), $x^2$.
    "formula": r"\\\(.{1,400}?\\\)|\\\[.{1,400}?\\\]|\$(?=[^\s$\d])[^$\n]*?[^\s$]\$(?!\d)"
    r"|\$\d[^$\n]*?[\\^_{}][^$\n]*?\$(?!\d)",
    "latex": r"\\[A-Za-z]+(?:\{[^{}]*\})*",
    "citation": r"\[\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\]",
    "identifier": r"`[^`\n]+`|(?<![\w/])--?[a-z][a-z0-9]*(?:-[a-z0-9]+)+(?![\w-])"
    r"|\b[A-Za-z]\w*_\w+\b|\b[A-Za-z_][\w.]{0,80}\(\)",
    "path": r"(?<![\w/.])(?:~|\.{1,2})?/(?:[\w.\-]+/)+[\w.\-]*",
    "mention": r"(?<![\w@])@[A-Za-z0-9][\w\-]+|(?<![\w#&])#[A-Za-z][\w\-]*",
    "emoji": r"[\U0001F000-\U0001FAFF\u2600-\u27BF]"
    r"[\uFE0F\u200D\U0001F000-\U0001FAFF\u2600-\u27BF]*",
}
_ATOM = re.compile("|".join(f"(?P<{role}>{pattern})" for role, pattern in ATOMS.items()))
_CLOSERS = {")": "(", "]": "["}
# `**마크다운(Markdown)**을`: CommonMark leaves these asterisks literal, because the closing ones
# stand between punctuation and a letter. Korean digests are full of them; the author meant strong.
_LITERAL_STRONG = re.compile(r"\*\*(?=[^\s*])([^*\n]*[^\s*])\*\*(?=\w)")
_LITERAL_PAIR = 1 << 21  # its pairs are numbered from here, clear of those of Markdown and HTML


def mark_atoms(inlines: Iterable[Inline]) -> list[Inline]:
    """Split the TEXT inlines wherever something stands that must not be translated.

    The concatenation of ``raw`` stays the same.
    """
    result: list[Inline] = []
    pair = _LITERAL_PAIR
    for is_text, group in groupby(inlines, key=lambda inline: inline.kind is InlineKind.TEXT):
        if is_text:
            marked, pair = _mark_run(list(group), pair)
            result += marked
        else:
            result += group
    return result


def _mark_run(run: list[Inline], pair: int) -> tuple[list[Inline], int]:
    text = "".join(inline.text for inline in run)
    marks: list[tuple[int, int, InlineKind, str, int]] = []
    for match in _ATOM.finditer(text):
        end = match.start() + len(_without_trailing(match))
        marks.append((match.start(), end, InlineKind.ATOM, match.lastgroup or "", 0))
    atoms = {offset for start, end, *_ in marks for offset in range(start, end)}
    for match in _LITERAL_STRONG.finditer(text):
        ends = ((match.start(), InlineKind.OPEN), (match.end() - 2, InlineKind.CLOSE))
        if not any(start in atoms or start + 1 in atoms for start, _ in ends):
            marks += [(start, start + 2, kind, "strong", pair) for start, kind in ends]
            pair += 1
    if not marks:
        return run, pair
    marks.sort()
    pieces = cut(run, [offset for start, end, *_ in marks for offset in (start, end)])
    result = next(pieces)
    for start, end, kind, role, number in marks:
        raw = "".join(inline.raw for inline in next(pieces))
        visible = text[start:end] if kind is InlineKind.ATOM else ""
        result.append(Inline(kind, raw, visible, role, number))
        result += next(pieces)
    return result, pair


def _without_trailing(match: re.Match[str]) -> str:
    """An atom without the characters at its end that belong to the sentence around it."""
    found = match.group()
    if match.lastgroup not in ("url", "doi", "path"):
        return found
    surplus = {closer: found.count(closer) - found.count(_CLOSERS[closer]) for closer in _CLOSERS}
    end = len(found)
    while end and (found[end - 1] in ".,;:!?'*" or surplus.get(found[end - 1], 0) > 0):
        end -= 1
        if found[end] in surplus:
            surplus[found[end]] -= 1
    return found[:end]


def cut(inlines: Iterable[Inline], offsets: Iterable[int]) -> Iterator[list[Inline]]:
    """Cut inlines at ascending offsets into their widths: yields one list more than offsets.

    A TEXT inline is as wide as its text, an atom or a break one character, markup nothing: it goes
    with what follows it, but a CLOSE at an offset goes with what is before. An escape is one
    character and therefore never cut.
    """
    waiting = list(inlines)
    index = taken = position = 0  # of the first waiting inline, ``taken`` characters are given out
    for offset in offsets:
        piece: list[Inline] = []
        while index < len(waiting):
            inline = waiting[index]
            left = width(inline) - taken
            if position == offset and inline.kind is not InlineKind.CLOSE:
                break
            if position + left > offset:
                piece.append(plain(inline.text[taken : taken + offset - position]))
                taken += offset - position
                position = offset
                break
            piece.append(plain(inline.text[taken:]) if taken else inline)
            position += left
            index, taken = index + 1, 0
        yield piece
    rest = waiting[index:]
    yield [plain(rest[0].text[taken:]), *rest[1:]] if taken else rest


def width(inline: Inline) -> int:
    """How many characters an inline counts for in :func:`cut`."""
    match inline.kind:
        case InlineKind.TEXT:
            return len(inline.text)
        case InlineKind.OPEN | InlineKind.CLOSE:
            return 0
        case _:
            return 1
