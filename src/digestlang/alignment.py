"""Which words of a translation stand for which of its source, by a model's own attention.

Cross-attention is a soft word alignment (Bahdanau et al. 2015), best in the last decoder layer of a
model trained with guided alignment and in the last but one of others (Garg et al. 2019).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_LEAST_ATTENTION = 0.3  # a source piece that gets less in all is not taken for more than it is
_LATIN_PAIR = re.compile("[A-Za-z0-9]{2}")
_OPENING = "([{'\"“‘「"
_PUNCTUATION = " ,.;:!?"
_PARTICLE = re.compile("(?<=[가-힣A-Za-z0-9]{2})(?:은|는|을|를|와|에서|으로)$")  # few words end so

Place = tuple[int, int]  # start and end in characters of a text; empty for a special token


@dataclass(frozen=True, slots=True)
class Alignment:
    """The attention paid while a translation was made, piece by piece.

    ``text`` is the translation, ``source`` and ``target`` are the places of the pieces in both;
    ``attention[t][s]`` is what target piece ``t`` paid to source piece ``s``.
    """

    text: str
    source: Sequence[Place]
    target: Sequence[Place]
    attention: Sequence[Sequence[float]]

    def project(self, start: int, end: int) -> Place | None:
        """Return which words of the translation stand for the source's from ``start`` to ``end``.

        They are the run of pieces whose attention is most decidedly on those (the largest sum of
        share inside − one half), grown to whole words, less punctuation and Korean particles.
        None if no piece looks mostly there.
        """
        words = [index for index, (first, last) in enumerate(self.source) if first < last]
        inside = {i for i in words if self.source[i][0] < end and self.source[i][1] > start}
        # What many look at a little (full stops, articles) must not outweigh the rest.
        paid = {i: max(sum(row[i] for row in self.attention), _LEAST_ATTENTION) for i in words}
        scores = []
        for row in self.attention:
            shares = {i: row[i] / paid[i] for i in words}
            total = sum(shares.values())
            scores.append(sum(shares[i] for i in inside) / total - 0.5 if total else -0.5)
        run = _best_run(scores)
        return run and self._words(self.target[run[0]][0], self.target[run[1] - 1][1])

    def _words(self, start: int, end: int) -> Place | None:
        text = self.text
        while start and text[start - 1 : start + 1].isalnum():
            start -= 1
        while end < len(text) and _LATIN_PAIR.fullmatch(text, end - 1, end + 1):
            end += 1
        while start < end and not text[start].isalnum() and text[start] not in _OPENING:
            start += 1
        while start < end and text[end - 1] in _PUNCTUATION:
            end -= 1
        if particle := _PARTICLE.search(text, start, end):
            end = particle.start()
        return (start, end) if start < end else None


def _best_run(scores: Sequence[float]) -> Place | None:
    """The run with the largest sum (Kadane's algorithm); None if no score is above nought."""
    best, run = 0.0, None
    total, start = 0.0, 0
    for index, score in enumerate(scores):
        if total <= 0:
            total, start = 0.0, index
        total += score
        if total > best:
            best, run = total, (start, index + 1)
    return run
