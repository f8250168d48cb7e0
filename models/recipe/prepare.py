"""Make the training streams of a model: filter, weight, augment, tokenize.

    python -m models.recipe.prepare models/recipe/joint-11m.toml --work ../train

Reads the corpora and writes, under the working directory, `streams/<name>.npz` for every stream the
configuration names (token ids of all examples end to end, with their lengths) and `prepare.json`,
the figures of the model card.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np

from digestlang.evaluation.overlap import HeldOut
from digestlang.evaluation.pairs import load_set, set_names

from . import augment
from .config import Config, Source, load_config
from .corpus import Pair, plausible, read_corpus, template
from .tokenizer import Tokenizer

WRITTEN = Path(__file__).with_name("written.tsv.xz")  # this project's own pairs
DIGEST_ID = re.compile(r"(p\w+)\.(\d+)")


def load_pairs(data: Path, config: Config, figures: dict[str, int]) -> list[Pair]:
    """The pairs of all corpora that pass the filters, without repetitions.

    `figures` receives how many pairs were read and how many each filter took away. Vendor lines
    that differ only in numbers or punctuation are kept once; others, once for each exact text.
    """
    lines = [
        line
        for path in sorted((data / "eval").glob("*.??"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    lines += [
        text
        for name in set_names()
        for pair in load_set(name).pairs
        for texts in pair.texts.values()
        for text in texts
    ]
    held_out = HeldOut(lines)
    figures["evaluation lines"] = len(lines)
    seen: set[str] = set()
    kept: list[Pair] = []
    for path in [*sorted((data / "corpus").glob("*.tsv*")), WRITTEN]:
        group = path.name.partition(".")[0]
        for pair in read_corpus(path):
            figures[f"{group} read"] = figures.get(f"{group} read", 0) + 1
            if config.source(pair.source, group).weight == 0:
                reason: str | None = "weight 0"
            elif not plausible(pair, -99.0 if group == "digest" else config.minimum_score):
                reason = "implausible"
            elif (key := template(pair.en) if group == "vendor" else pair.en + pair.ko) in seen:
                reason = "repeated"
            else:
                seen.add(key)
                overlap = held_out.find(pair.en) or held_out.find(pair.ko)
                reason = f"evaluation overlap, {overlap.kind}" if overlap else None
            if reason:
                label = f"{group} removed: {reason}"
                figures[label] = figures.get(label, 0) + 1
            else:
                kept.append(pair)
    return kept


def draw(pairs: list[Pair], sources: dict[str, Source], passes: float, rng: Random) -> list[Pair]:
    """The pairs of a stream, each as often as the weight of its source times `passes` says.

    The whole part of the product is a number of copies, the rest the chance of one more.
    """
    drawn: list[Pair] = []
    for pair in pairs:
        copies = sources[pair.source].weight * passes
        drawn += [pair] * (int(copies) + (rng.random() < copies % 1))
    rng.shuffle(drawn)
    return drawn


class Joiner:
    """Continues a digest sentence with the sentences that follow it in the same digest."""

    def __init__(self, pairs: list[Pair]) -> None:
        self.by_id = {pair.id: pair for pair in pairs if DIGEST_ID.fullmatch(pair.id)}

    def following(self, pair: Pair, count: int) -> list[Pair]:
        """`pair` and up to `count` next sentences; just the pair where none is known."""
        joined = [pair]
        match = DIGEST_ID.fullmatch(pair.id)
        while match and len(joined) <= count:
            after = self.by_id.get(f"{match[1]}.{int(match[2]) + len(joined)}")
            if after is None:
                break
            joined.append(after)
        return joined


def examples(
    pairs: list[Pair],
    config: Config,
    names: augment.NameMaker,
    frequency: Counter[str],
    joiner: Joiner,
    rng: Random,
) -> Iterator[tuple[str, str]]:
    """Yield `(source, target)` texts, source starting with `>>ko<<` or `>>en<<`.

    Every pair gives one example in each direction of the configuration, augmented independently.
    """

    def chance(step: str) -> bool:
        return rng.random() < config.augment.get(step, 0.0)

    for pair in pairs:
        for language in config.targets:
            if chance("copy_names"):
                en, ko = augment.copy_names(names, rng)
            else:
                en, ko = pair.en, pair.ko
                if chance("join"):
                    parts = joiner.following(pair, rng.choice((1, 1, 2)))
                    front = ["", "", ""]
                    if chance("enumerate_joined"):
                        front = rng.choice((["a) ", "b) ", "c) "], ["1. ", "2. ", "3. "]))
                    en = " ".join(f + part.en for f, part in zip(front, parts, strict=False))
                    ko = " ".join(f + part.ko for f, part in zip(front, parts, strict=False))
                augmented = augment.augment((en, ko), names, frequency, chance, rng)
                if augmented is None:
                    continue
                en, ko = augmented
            if language == "ko" and chance("lower_case"):
                en = augment.lower_case(en)
            elif language == "ko" and len(en.split()) < 14 and chance("title_case"):
                en = augment.title_case(en)
            texts = (en, ko) if language == "ko" else (ko, en)
            numbered = augment.number_placeholders(*texts, rng)
            if numbered:
                yield f">>{language}<< {numbered[0]}", numbered[1]


def write_stream(
    path: Path, rows: Iterator[tuple[str, str]], tokenizer: Tokenizer, longest: int
) -> dict[str, int]:
    """Tokenize examples into one file; those over `longest` pieces on a side are left out."""
    sources: list[int] = []
    targets: list[int] = []
    lengths: list[tuple[int, int]] = []
    placeholders = 0
    for source, target in rows:
        source_ids, target_ids = tokenizer(source), tokenizer(target)
        if max(len(source_ids), len(target_ids)) > longest:
            continue
        sources += source_ids
        targets += target_ids
        lengths.append((len(source_ids), len(target_ids)))
        placeholders += "⟦" in source
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path,
        source=np.array(sources, dtype=np.uint16),
        target=np.array(targets, dtype=np.uint16),
        lengths=np.array(lengths, dtype=np.int32),
    )
    return {
        "examples": len(lengths),
        "with placeholders": placeholders,
        "source tokens": len(sources),
        "target tokens": len(targets),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--work", type=Path, default=Path("../train"))
    options = parser.parse_args()
    config = load_config(options.config)
    rng = Random(config.seed)

    figures: dict[str, int] = {}
    pairs = load_pairs(options.data, config, figures)
    print(json.dumps(figures, indent=1), flush=True)

    frequency: Counter[str] = Counter()
    for pair in pairs:
        if pair.source.startswith("digest"):
            frequency.update(set(augment.LATIN_WORD.findall(pair.ko)))
    names = augment.NameMaker(sorted(filter(augment.looks_named, frequency)))
    joiner = Joiner(pairs)
    tokenizer = Tokenizer(options.work / "vocabulary" if config.vocabulary_size else config.start)

    report: dict[str, object] = {"filters": figures}
    for stream in config.streams:
        sources = {pair.source: config.source(pair.source) for pair in pairs}
        members = [pair for pair in pairs if sources[pair.source].stream == stream.name]
        drawn = draw(members, sources, stream.passes, rng)
        rows = examples(drawn, config, names, frequency, joiner, rng)
        path = options.work / "streams" / f"{stream.name}.npz"
        report[stream.name] = {
            "pairs": len(members),
            "drawn": len(drawn),
            **write_stream(path, rows, tokenizer, config.longest),
        }
        print(stream.name, json.dumps(report[stream.name]), flush=True)
    (options.work / "prepare.json").write_text(json.dumps(report, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
