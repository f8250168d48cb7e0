"""Sentence alignment: which sentences of a text and of its translation belong together.

By their lengths alone, after Gale and Church (1993), "A Program for Aligning Sentences in Bilingual
Corpora": translations are about so many times as long as their sources, and one sentence for one
is the rule. Here sentences that share numbers or names are drawn together as well.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate

from digestlang.languages import Direction, Language
from digestlang.quality import names
from digestlang.quantities import read_quantities

# Sentences of the source, of the target, and how likely such a bead is (Gale and Church, table 5).
_BEADS = ((1, 1, 0.89), (1, 0, 0.01), (0, 1, 0.01), (2, 1, 0.0445), (1, 2, 0.0445), (2, 2, 0.011))
# Characters of the target for one of the source, and the variance a character, into each language:
# of 1,745 pairs of digest, news and encyclopaedic sentences.
_RATIOS = {Language.KOREAN: (0.51, 1.06), Language.ENGLISH: (1.97, 7.6)}
_SHARED = 2.0  # nats for every number or name that both sides of a bead have
_BAND = 12  # sentences that an alignment may be off the diagonal, beyond their difference


def unmatched(
    source: Sequence[str], target: Sequence[str], direction: Direction
) -> tuple[list[str], list[str]]:
    """Return the source's sentences that a translation drops, and those that it adds."""
    dropped: list[str] = []
    added: list[str] = []
    i = j = 0
    for ours, theirs in _align(source, target, direction):
        if not theirs:
            dropped += source[i : i + ours]
        elif not ours:
            added += target[j : j + theirs]
        i, j = i + ours, j + theirs
    return dropped, added


def _align(
    source: Sequence[str], target: Sequence[str], direction: Direction
) -> list[tuple[int, int]]:
    """The cheapest sequence of beads, as (sentences of the source, of the target)."""
    lengths = [list(accumulate(map(len, side), initial=0)) for side in (source, target)]
    anchors = [list(map(_anchors, side)) for side in (source, target)]
    size, other = len(source), len(target)
    band = _BAND + abs(size - other)
    costs: dict[tuple[int, int], float] = {(0, 0): 0.0}
    steps: dict[tuple[int, int], tuple[int, int]] = {}
    for i in range(size + 1):
        middle = i * other // max(size, 1)
        for j in range(max(0, middle - band), min(other, middle + band) + 1):
            for ours, theirs, chance in _BEADS:
                before = costs.get((i - ours, j - theirs))
                if before is None:
                    continue
                shared = set().union(*anchors[0][i - ours : i]) & set().union(
                    *anchors[1][j - theirs : j]
                )
                cost = before - math.log(chance) - _SHARED * len(shared)
                if ours and theirs:
                    cost += _length_cost(
                        lengths[0][i] - lengths[0][i - ours],
                        lengths[1][j] - lengths[1][j - theirs],
                        *_RATIOS[direction.target],
                    )
                if cost < costs.get((i, j), math.inf):
                    costs[i, j], steps[i, j] = cost, (ours, theirs)
    beads: list[tuple[int, int]] = []
    place = size, other
    while place != (0, 0):
        ours, theirs = steps[place]
        beads.append((ours, theirs))
        place = place[0] - ours, place[1] - theirs
    return beads[::-1]


def _anchors(sentence: str) -> set[str]:
    """What both languages spell alike: numbers, and names in Latin letters."""
    numbers = {str(min(n.values)) for n in read_quantities(sentence) if n.values}
    return numbers | {name.lower() for name in names(sentence)}


def _length_cost(source: int, target: int, ratio: float, variance: float) -> float:
    """Minus the logarithm of the chance of a difference in length as large as this one."""
    deviation = (target - source * ratio) / math.sqrt(max(source, 1) * variance)
    return -math.log(max(math.erfc(abs(deviation) / math.sqrt(2)), 1e-12))
