"""Scores by sacreBLEU, each with its signature and confidence interval, and paired tests.

BLEU (Papineni et al. 2002) is tokenized by ko-mecab into Korean and by 13a into English, so the two
directions are never comparable; chrF++ (Popović 2017) and TER (Snover et al. 2006) are sacreBLEU's
own defaults. Intervals are by bootstrap resampling (Koehn 2004); differences between two systems
are tested by paired bootstrap and by approximate randomisation (Riezler and Maxwell 2005).
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from digestlang.errors import DigestlangError
from digestlang.languages import Language

CHRF = "chrF++"
TER = "TER"
LOWER_IS_BETTER = frozenset({TER})
SEED = 12345  # sacreBLEU's own default
SIGNIFICANT = 0.05

References = Sequence[Sequence[str]]  # of every segment


@dataclass(frozen=True, slots=True)
class Score:
    """A corpus score, and the bounds of its 95 % confidence interval."""

    score: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """A system against the baseline by one metric; p-values are two-sided."""

    metric: str
    system: str
    baseline: str
    difference: float
    bootstrap_p: float
    randomisation_p: float

    @property
    def p(self) -> float:
        """The larger of both: a difference has to pass both tests."""
        return max(self.bootstrap_p, self.randomisation_p)

    @property
    def is_significant(self) -> bool:
        return self.p < SIGNIFICANT


class Scorer:
    """The metrics of one target language, over one set of references."""

    def __init__(self, target: Language, references: References, samples: int = 1000) -> None:
        """``samples`` is the number of bootstrap resamples; approximate randomisation makes ten
        times as many trials."""
        from sacrebleu.metrics.bleu import BLEU
        from sacrebleu.metrics.chrf import CHRF as ChrF
        from sacrebleu.metrics.ter import TER as Ter

        os.environ["SACREBLEU_SEED"] = str(SEED)  # its only way to take one
        tokenizer = "ko-mecab" if target is Language.KOREAN else "13a"
        make: dict[str, Callable[[], Any]] = {
            "BLEU": lambda: BLEU(tokenize=tokenizer),
            CHRF: lambda: ChrF(word_order=2),
            TER: lambda: Ter(),
        }
        self.metrics = {name: metric() for name, metric in make.items()}
        self._sentence_chrf = ChrF(word_order=2)
        self._references = references
        self._samples = samples
        self.signatures: dict[str, str] = {}
        """sacreBLEU's signature of every metric, once :meth:`scores` has been asked."""

    def scores(self, hypotheses: Sequence[str]) -> dict[str, Score]:
        """Every metric's corpus score of a system's hypotheses, one a segment."""
        streams = _streams(self._references)
        found = {}
        for name, metric in self.metrics.items():
            result = metric.corpus_score(hypotheses, streams, n_bootstrap=self._samples)
            mean, half = float(result._mean), float(result._ci)
            found[name] = Score(float(result.score), mean - half, mean + half)
            # A metric's signature speaks of the references it saw last.
            self.signatures[name] = str(metric.get_signature())
        return found

    def part(self, hypotheses: Sequence[str], indexes: Sequence[int]) -> dict[str, float]:
        """BLEU and chrF++ of some of the segments."""
        chosen = [hypotheses[index] for index in indexes]
        streams = _streams([self._references[index] for index in indexes])
        return {
            name: metric.corpus_score(chosen, streams).score
            for name, metric in self.metrics.items()
            if name != TER
        }

    def segment(self, hypothesis: str, index: int) -> float:
        """chrF++ of one segment."""
        result = self._sentence_chrf.sentence_score(hypothesis, list(self._references[index]))
        return float(result.score)

    def compare(self, systems: Mapping[str, Sequence[str]]) -> list[Comparison]:
        """Test every system against the first, the baseline, by every metric."""
        from sacrebleu.significance import PairedTest

        if len(systems) < 2:
            return []
        streams = _streams(self._references)
        outcomes = []
        for kind, samples in (("bs", self._samples), ("ar", 10 * self._samples)):
            named = list(systems.items())
            results: dict[str, Any] = PairedTest(named, self.metrics, streams, kind, samples)()[1]
            names, *columns = results.values()  # the systems' names, then a column a metric
            outcomes.append(columns)
        # Of a system and its copy sacreBLEU says that their difference of nothing is no chance.
        copies = [hypotheses == systems[names[0]] for hypotheses in systems.values()]
        return [
            Comparison(
                metric,
                names[index],
                names[0],
                float(bootstrap[index].score - bootstrap[0].score),
                1.0 if copies[index] else float(bootstrap[index].p_value),
                1.0 if copies[index] else float(randomisation[index].p_value),
            )
            for metric, bootstrap, randomisation in zip(self.metrics, *outcomes, strict=True)
            for index in range(1, len(names))
        ]


def _streams(references: References) -> Any:
    """References as sacreBLEU takes them: streams, with None where a segment has fewer."""
    longest = max(map(len, references))
    return [
        [one[stream] if stream < len(one) else None for one in references]
        for stream in range(longest)
    ]


def comet(
    checkpoint: str, sources: Sequence[str], hypotheses: Sequence[str], references: References
) -> float:
    """The COMET score (Rei et al. 2020, × 100) by a checkpoint on disk; nothing is downloaded.

    Raises:
        DigestlangError: if unbabel-comet is not installed, or cannot load the checkpoint.
    """
    try:
        from comet import load_from_checkpoint
    except ImportError:
        raise DigestlangError("--comet needs unbabel-comet: pip install unbabel-comet") from None
    try:
        model = load_from_checkpoint(checkpoint, local_files_only=True)
    except Exception as error:  # whatever its libraries raise
        raise DigestlangError(f"{checkpoint}: COMET cannot load it ({error})") from None
    data = [
        {"src": source, "mt": hypothesis, "ref": reference[0]}
        for source, hypothesis, reference in zip(sources, hypotheses, references, strict=True)
    ]
    score = 100 * float(model.predict(data, batch_size=8, gpus=0, progress_bar=False).system_score)
    if math.isnan(score):
        raise DigestlangError(f"{checkpoint}: COMET gives no score")
    return score
