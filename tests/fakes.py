"""An engine without a model: it marks what it is given and records what it was asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from digestlang.alignment import Alignment
from digestlang.engines.base import Hypothesis
from digestlang.languages import DIRECTIONS, Direction, Language

Answer = Callable[[str, Direction], str]


def plausible(source: str, direction: Direction) -> str:
    """A translation that every check passes: Hangul goes in, or becomes Latin syllables."""
    if direction.target is Language.KOREAN:
        return f"번역문 {source}"
    return re.sub("[가-힣]", lambda match: _syllable(ord(match.group())), source)


def _syllable(code: int) -> str:
    return "bdfghjklmnprsvwz"[code % 16] + "aeiou"[code // 16 % 5]


class FakeEngine:
    """Answers ``«source»``, or what a mapping or a function says.

    ``asked`` lists every sentence in the order asked; ``calls`` counts the calls.
    """

    def __init__(
        self,
        answer: Mapping[str, str] | Answer | None = None,
        *,
        key: str = "fake",
        placeholders: bool = True,
        directions: Sequence[Direction] = DIRECTIONS,
        longest: int = 10_000,
    ) -> None:
        """``longest`` is the number of characters that still fit."""
        self.key = key
        self.placeholders = placeholders
        self.directions = frozenset(directions)
        self.asked: list[tuple[Direction, str]] = []
        self.calls = 0
        self._answer = answer
        self._longest = longest

    def fits(self, source: str, direction: Direction) -> bool:
        return len(source) <= self._longest

    def careful(self) -> FakeEngine:
        return self

    def translate(self, sources: Sequence[str], direction: Direction) -> list[Hypothesis]:
        self.calls += 1
        self.asked += [(direction, source) for source in sources]
        return [Hypothesis(self._translated(source, direction)) for source in sources]

    def align(self, source: str, target: str, direction: Direction) -> Alignment:
        """Nothing is aligned: what is found again must have come back as it was."""
        return Alignment(target, (), (), ())

    def _translated(self, source: str, direction: Direction) -> str:
        if callable(self._answer):
            return self._answer(source, direction)
        return (self._answer or {}).get(source, f"«{source}»")
