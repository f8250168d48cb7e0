"""Wrap a translated paragraph the way its source was wrapped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from digestlang.digest.document import Inline, InlineKind, plain
from digestlang.sentences import display_width


def source_width(inlines: Sequence[Inline]) -> int:
    """The columns of a paragraph's widest line."""
    widest = column = 0
    for inline in inlines:
        column = 0 if inline.is_break else column + display_width(inline.raw)
        widest = max(widest, column)
    return widest


def wrap(inlines: Sequence[Inline], columns: int, line_end: str) -> list[Inline]:
    """Break lines at spaces between words, so that none is wider than ``columns`` if it can be.

    ``line_end`` is the source of a line end: a newline and the block's prefix. Soft line ends that
    are there become spaces first; hard ones stay.
    """
    result: list[Inline] = []
    column = 0
    for word in _words(inlines):
        if word[0].kind is InlineKind.HARD_BREAK:
            result += word
            column = 0
            continue
        size = sum(display_width(inline.raw) for inline in word)
        is_blank = bool(result) and result[-1].raw[-1:].isspace()  # two blanks would break hard
        if column and column + 1 + size > columns and not is_blank:
            result.append(Inline(InlineKind.SOFT_BREAK, line_end))
            column = 0
        elif column:
            result.append(plain(" "))
            column += 1
        result += word
        column += size
    return result


def _words(inlines: Sequence[Inline]) -> Iterator[list[Inline]]:
    """Yield what stands between spaces: usually one piece of text, with its markup if any."""
    word: list[Inline] = []
    for inline in inlines:
        if inline.kind is InlineKind.HARD_BREAK:
            if word:
                yield word
            yield [inline]
            word = []
        elif inline.kind is InlineKind.SOFT_BREAK:
            if word:
                yield word
            word = []
        elif inline.is_plain:
            first, *rest = inline.text.split(" ")
            if first:
                word.append(plain(first))
            for text in rest:
                if word:
                    yield word
                word = [plain(text)] if text else []
        else:
            word.append(inline)
    if word:
        yield word
