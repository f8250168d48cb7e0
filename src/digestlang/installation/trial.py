"""A model's trial on arrival: ten sentences each way, by the engine that will run it and by the
reference engine.

Checkpoints that load and then answer with nothing, with one word over and over or in another
language have been published; they are not to be found out in somebody's digest.
"""

from __future__ import annotations

from dataclasses import dataclass

from digestlang import quality
from digestlang.engines import DecodingOptions, load_engine
from digestlang.languages import Direction, Language
from digestlang.models import Model

SENTENCES = {
    Language.ENGLISH: (
        "The library opens at nine in the morning.",
        "She bought two tickets for the evening train.",
        "Researchers measured the temperature of the lake every day.",
        "The new model is smaller and faster than the old one.",
        "Heavy rain is expected in the south tomorrow.",
        "We trained the network on a large collection of texts.",
        "The city will build a bridge across the river.",
        "Prices rose by three percent last year.",
        "Nobody knows why the ship turned back.",
        "This paper describes a simple method and its results.",
    ),
    Language.KOREAN: (
        "도서관은 아침 아홉 시에 문을 엽니다.",
        "그는 저녁 기차표 두 장을 샀습니다.",
        "연구자들은 매일 호수의 온도를 쟀습니다.",
        "새 모델은 예전 모델보다 작고 빠릅니다.",
        "내일 남부 지방에 많은 비가 내릴 것으로 보입니다.",
        "우리는 많은 글을 모아 신경망을 학습시켰습니다.",
        "시는 강을 건너는 다리를 놓을 예정입니다.",
        "지난해 물가가 3퍼센트 올랐습니다.",
        "배가 왜 되돌아왔는지 아무도 모릅니다.",
        "이 논문은 간단한 방법과 그 결과를 설명합니다.",
    ),
}
_LIKENESS = 50.0  # chrF++ between two engines' translations: int8 changes a word here and there


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one direction.

    ``failed`` are the sentences whose translation was empty, looping or in another language, with
    what was found; ``likeness`` is the chrF++ of the engine's translations against those of the
    reference engine, which runs the checkpoint unconverted.
    """

    direction: Direction
    tried: int
    failed: dict[str, list[str]]
    likeness: float

    @property
    def is_usable(self) -> bool:
        """Whether fewer than half of the sentences failed."""
        return 2 * len(self.failed) < self.tried

    @property
    def warning(self) -> str:
        """What to tell of a trial that was passed with faults; empty if there was none."""
        parts = []
        if self.failed:
            found = sorted({name for names in self.failed.values() for name in names})
            parts.append(
                f"{len(self.failed)} of {self.tried} sentences failed ({', '.join(found)})"
            )
        if self.likeness < _LIKENESS:
            parts.append(
                f"CTranslate2 and transformers disagree (chrF++ {self.likeness:.0f}): "
                "--engine transformers is the safer"
            )
        return f"{self.direction}: {'; '.join(parts)}" if parts else ""


def run_trial(model: Model) -> list[Trial]:
    """Translate the sentences in every direction that a model claims.

    Raises:
        ModelError: if an engine cannot load it.
    """
    options = DecodingOptions()
    engine = load_engine("ctranslate2", model, options)
    reference = load_engine("transformers", model, options)
    trials = []
    for direction in sorted(model.directions):
        sources = SENTENCES[direction.source]
        texts, references = (
            [hypothesis.text for hypothesis in one.translate(sources, direction)]
            for one in (engine, reference)
        )
        failed = {
            source: found
            for source, text in zip(sources, texts, strict=True)
            if (found := _faults(source, text, direction))
        }
        trials.append(Trial(direction, len(sources), failed, _likeness(texts, references)))
    return trials


def _faults(source: str, text: str, direction: Direction) -> list[str]:
    findings = quality.check(source, text, direction)
    found: list[str] = [name for name in ("empty", "loop", "script") if name in findings]
    if text.strip() == source:
        found.append("copied")
    return found


def _likeness(texts: list[str], references: list[str]) -> float:
    from sacrebleu.metrics.chrf import CHRF

    return float(CHRF(word_order=2).corpus_score(texts, [references]).score)
