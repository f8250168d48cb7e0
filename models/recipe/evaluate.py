"""Score an exported model, and test it for what a digest must not lose.

    python -m models.recipe.evaluate ../train/export --json ../train/export.json

Everything runs through int8 CTranslate2 with the beam the product uses. BLEU and chrF++ are
sacreBLEU's, BLEU tokenized by ko-mecab into Korean and by 13a into English.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any, Protocol

import ctranslate2
import torch
from transformers import MarianMTModel

from digestlang.evaluation import load_set
from digestlang.evaluation.metrics import Scorer
from digestlang.languages import Direction, Language

from .augment import (
    NUMBER,
    Marks,
    hide_spans,
    number_placeholders,
    occurrences,
    shared_names,
    shared_spans,
)
from .export import convert
from .tokenizer import Tokenizer

Sides = tuple[list[str], list[str]]
PLACEHOLDER = re.compile(r"⟦\d⟧")
LOOP = re.compile(r"(?P<unit>\S.{0,60}?)(?:\s*(?P=unit)){3,}")


def read_sides(data: Path, name: str) -> Sides:
    """The English and the Korean lines of an evaluation set."""
    pairs = load_set(str(data / "eval" / name)).pairs
    into_korean = Direction.into(Language.KOREAN)
    return (
        [pair.source(into_korean) for pair in pairs],
        [pair.references(into_korean)[0] for pair in pairs],
    )


class Translator(Protocol):
    """What is scored: translates sentences into `target` (ko or en), in order."""

    def translate(self, sources: Sequence[str], target: str) -> list[str]: ...


class Engine:
    """A CTranslate2 model in int8, over plain text."""

    def __init__(
        self, folder: Path, vocabulary: Path, beam_size: int = 4, threads: int = 2
    ) -> None:
        self.translator = ctranslate2.Translator(
            str(folder), compute_type="int8", inter_threads=threads, intra_threads=1
        )
        self.pieces = Tokenizer(vocabulary).pieces
        self.beam_size = beam_size

    def translate(self, sources: Sequence[str], target: str) -> list[str]:
        results = self.translator.translate_batch(
            [[f">>{target}<<", *self.pieces.encode(s, out_type=str), "</s>"] for s in sources],
            beam_size=self.beam_size,
            max_batch_size=2048,
            batch_type="tokens",
            max_decoding_length=256,
        )
        return [self.pieces.decode(result.hypotheses[0]) for result in results]


class Float32Engine:
    """The same checkpoint in transformers, to see what int8 costs. Slow."""

    def __init__(self, folder: Path) -> None:
        self.model = MarianMTModel.from_pretrained(folder, dtype=torch.float32)
        self.model.train(False)
        self.tokenizer = Tokenizer(folder)

    @torch.no_grad()
    def translate(self, sources: Sequence[str], target: str) -> list[str]:
        ids = [self.tokenizer(f">>{target}<< {source}") for source in sources]
        order = sorted(range(len(ids)), key=lambda index: len(ids[index]))
        outputs = [""] * len(ids)
        pad = self.model.config.pad_token_id
        generate: Any = self.model.generate  # type: ignore[misc]  # its annotations suit no call
        for start in range(0, len(order), 16):
            chosen = order[start : start + 16]
            longest = max(len(ids[index]) for index in chosen)
            rows = torch.tensor([ids[i] + [pad] * (longest - len(ids[i])) for i in chosen])
            mask = (torch.arange(longest) < torch.tensor([[len(ids[i])] for i in chosen])).long()
            generated = generate(inputs=rows, attention_mask=mask)
            for index, row in zip(chosen, generated.tolist(), strict=True):
                outputs[index] = self.tokenizer.decode(row)
        return outputs


def corpus_scores(
    hypotheses: Sequence[str], references: Sequence[str], target: str
) -> dict[str, float]:
    """BLEU and chrF++, as digestlang's own harness has them."""
    scorer = Scorer(Language(target), [[reference] for reference in references])
    return scorer.part(hypotheses, range(len(hypotheses)))


def score(hypotheses: list[str], references: list[str], target: str) -> dict[str, object]:
    """The same, rounded."""
    scores = corpus_scores(hypotheses, references, target)
    return {name: round(value, 1) for name, value in scores.items()}


def kept(spans: list[list[str]], hypotheses: list[str]) -> dict[str, object]:
    """How many of the spans every sentence ought to keep stand in its translation."""
    lost = [
        (span, hypothesis)
        for expected, hypothesis in zip(spans, hypotheses, strict=True)
        for span in expected
        if not occurrences(span, hypothesis)
    ]
    total = sum(map(len, spans))
    return {
        "of": total,
        "percent": round(100 * (1 - len(lost) / max(total, 1)), 2),
        "lost": [span for span, _ in lost[:12]],
    }


def is_loop(hypothesis: str, source: str) -> bool:
    """Whether a translation repeats itself: one unit four times running, or far too long."""
    match = LOOP.search(hypothesis)
    looped = match is not None and len(match[0]) >= 8 and not LOOP.search(source)
    return looped or len(hypothesis) > 4 * len(source) + 60


def placeholder_test(sides: Sides, target: str) -> list[tuple[str, str]]:
    """(source, reference) pairs with one to four placeholders in place of what both sides share.

    Deterministic. Sentences whose sides share nothing are left out; whole spans and pairs around
    words are mixed as in training.
    """
    rng = Random(0)
    tests = []
    for texts in zip(*sides, strict=True):
        marked = hide_spans(texts, Marks(), rng)
        source, reference = marked if target == "ko" else marked[::-1]
        numbered = number_placeholders(source, reference, rng)
        if numbered and 1 <= len(PLACEHOLDER.findall(numbered[0])) <= 4:
            tests.append(numbered)
    return tests


def translation_figures(engine: Translator, sides: Sides, target: str) -> dict[str, object]:
    """Scores on a set, what got lost, loops and speed, with a few examples of each fault."""
    sources, references = sides if target == "ko" else sides[::-1]
    start = time.perf_counter()
    hypotheses = engine.translate(sources, target)
    seconds = time.perf_counter() - start
    pairs = list(zip(*sides, strict=True))
    loops = [h for h, s in zip(hypotheses, sources, strict=True) if is_loop(h, s)]
    return {
        "lines": len(sources),
        **score(hypotheses, references, target),
        "numbers kept": kept([shared_spans(pair, NUMBER) for pair in pairs], hypotheses),
        "names kept": kept([shared_names(pair) for pair in pairs], hypotheses),
        "loops": len(loops),
        "looping": loops[:5],
        "empty": sum(not hypothesis.strip() for hypothesis in hypotheses),
        "sentences a second": round(len(sources) / seconds, 1),
    }


def placeholder_figures(engine: Translator, sides: Sides, target: str) -> dict[str, object]:
    """How many sentences with placeholders come out with each of them exactly once."""
    tests = placeholder_test(sides, target)
    sources, references = [source for source, _ in tests], [reference for _, reference in tests]
    hypotheses = engine.translate(sources, target)
    broken = [
        (source, hypothesis)
        for source, hypothesis in zip(sources, hypotheses, strict=True)
        if sorted(PLACEHOLDER.findall(source)) != sorted(PLACEHOLDER.findall(hypothesis))
    ]
    return {
        "lines": len(tests),
        "kept exactly once, percent": round(100 * (1 - len(broken) / len(tests)), 2),
        **score(hypotheses, references, target),
        "broken": broken[:5],
    }


def evaluate(
    engine: Translator, data: Path, targets: Sequence[str], flores_lines: int
) -> dict[str, dict[str, dict[str, object]]]:
    """All figures of the model card: direction, then set, then figure."""
    report: dict[str, dict[str, dict[str, object]]] = {}
    for target in targets:
        digest, flores = read_sides(data, "digest-dev"), read_sides(data, "flores200-dev")
        some_flores = flores[0][:flores_lines], flores[1][:flores_lines]
        report["en-ko" if target == "ko" else "ko-en"] = {
            "digest-dev": translation_figures(engine, digest, target),
            "placeholders": placeholder_figures(engine, digest, target),
            "flores200-dev": translation_figures(engine, some_flores, target),
        }
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="Hugging Face folder, as export.py writes it")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--targets", nargs="+", default=["ko", "en"])
    parser.add_argument("--flores-lines", type=int, default=300)
    parser.add_argument("--float32", action="store_true", help="score transformers instead of int8")
    parser.add_argument("--json", type=Path, help="write the report here as well")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        engine: Translator
        if options.float32:
            engine = Float32Engine(options.folder)
        else:
            convert(options.folder, Path(folder))
            engine = Engine(Path(folder), options.folder)
        report = evaluate(engine, options.data, options.targets, options.flores_lines)
    text = json.dumps(report, indent=1, ensure_ascii=False)
    print(text)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
