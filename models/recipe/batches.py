"""The streams that prepare.py wrote, as batches in a fixed order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .config import Stream

Example = tuple[list[int], list[int]]


class Examples:
    """The tokenized examples of one stream, cut into batches of sentences of similar length."""

    def __init__(self, path: Path, batch_tokens: int, seed: int) -> None:
        arrays = np.load(path)
        self.source, self.target, self.lengths = (
            arrays[k] for k in ("source", "target", "lengths")
        )
        self.offsets = np.vstack([np.zeros((1, 2), np.int64), np.cumsum(self.lengths, 0)])
        self.batch_tokens = batch_tokens
        self.seed = seed
        self.epoch = -1
        self.batches: list[NDArray[np.int64]] = []
        self.counts: dict[int, int] = {}

    def batch(self, number: int) -> list[Example]:
        """The examples of batch `number`, counted through all epochs; each has its own order."""
        epoch = 0
        while number >= self._count(epoch):
            number -= self._count(epoch)
            epoch += 1
        return [self._example(index) for index in self.epoch_batches(epoch)[number]]

    def _count(self, epoch: int) -> int:
        if epoch not in self.counts:
            self.counts[epoch] = len(self.epoch_batches(epoch))
        return self.counts[epoch]

    def epoch_batches(self, epoch: int) -> list[NDArray[np.int64]]:
        """The rows of `lengths` in every batch of an epoch; the last epoch asked for is kept."""
        if epoch != self.epoch:
            # Sort within windows of several hundred batches: little padding, still random order.
            rng = np.random.default_rng((self.seed, epoch))
            order = rng.permutation(len(self.lengths))
            self.batches, self.epoch = [], epoch
            longest = self.lengths.max(axis=1)
            for window in np.array_split(order, max(1, len(order) // 50_000)):
                window = window[np.lexsort((self.lengths[window].sum(axis=1), longest[window]))]
                first = 0
                for position, length in enumerate(longest[window].tolist()):
                    if length * (position + 1 - first) > self.batch_tokens:
                        self.batches.append(window[first:position])
                        first = position
                self.batches.append(window[first:])
            rng.shuffle(self.batches)
        return self.batches

    def _example(self, index: int) -> Example:
        (source, target), (source_end, target_end) = self.offsets[index], self.offsets[index + 1]
        return self.source[source:source_end].tolist(), self.target[target:target_end].tolist()


def next_stream(streams: tuple[Stream, ...], credit: list[float], progress: float) -> int:
    """The stream to take a batch from: the one most in arrears, with no dice, hence resumable."""
    for index, stream in enumerate(streams):
        credit[index] += stream.share[0] + (stream.share[1] - stream.share[0]) * progress
    chosen = max(range(len(streams)), key=credit.__getitem__)
    credit[chosen] -= sum(s.share[0] + (s.share[1] - s.share[0]) * progress for s in streams)
    return chosen
