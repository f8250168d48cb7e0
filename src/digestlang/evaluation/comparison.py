"""Results of several runs side by side, and whether quality has fallen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from digestlang.errors import InputError
from digestlang.evaluation.metrics import LOWER_IS_BETTER, Comparison, Scorer
from digestlang.evaluation.results import Evaluation, Result, Segment
from digestlang.languages import Direction


def merge(results: Mapping[str, Result]) -> list[Evaluation]:
    """Bring together what results found on the same set and direction.

    A system is called ``run/system`` where several runs have one of its name. Where all keep their
    segments, every system is tested against the first.
    """
    groups: dict[tuple[str, str], list[tuple[str, Evaluation]]] = {}
    for run, result in results.items():
        for evaluation in result.evaluations:
            key = (evaluation.checksum, evaluation.direction)
            groups.setdefault(key, []).append((run, evaluation))
    return [_merged(group) for group in groups.values()]


def _merged(group: Sequence[tuple[str, Evaluation]]) -> Evaluation:
    _, first = group[0]
    if len(group) == 1:
        return first
    names = [system.name for _, evaluation in group for system in evaluation.systems]
    label = {
        (run, system.name): system.name if names.count(system.name) == 1 else f"{run}/{system.name}"
        for run, evaluation in group
        for system in evaluation.systems
    }
    systems = [
        replace(system, name=label[run, system.name])
        for run, evaluation in group
        for system in evaluation.systems
    ]
    if not all(evaluation.segments for _, evaluation in group):
        return replace(first, systems=systems, comparisons=(), segments=())
    segments = [
        replace(
            parallel[0],
            systems={
                label[run, name]: outcome
                for (run, _), segment in zip(group, parallel, strict=True)
                for name, outcome in segment.systems.items()
            },
        )
        for parallel in zip(*(evaluation.segments for _, evaluation in group), strict=True)
    ]
    comparisons = _compare(first.direction, segments)
    return replace(first, systems=systems, comparisons=comparisons, segments=segments)


def _compare(direction: str, segments: Sequence[Segment]) -> list[Comparison]:
    scorer = Scorer(Direction.parse(direction).target, [s.references for s in segments])
    names = list(segments[0].systems)
    return scorer.compare({n: [s.systems[n].hypothesis for s in segments] for n in names})


def falls(
    result: Result, least: Sequence[tuple[str, Direction | None, float]], earlier: Result | None
) -> Iterator[str]:
    """Yield what speaks against a result: one line for each score that is too low.

    ``least`` are bounds: a metric, a direction (None for all) and its least score. Against an
    earlier result, the first systems are compared: by the paired tests where both results keep
    their segments, by the earlier interval where not.

    Raises:
        InputError: if the earlier result has no set and direction in common with this one.
    """
    for now in result.evaluations:
        for metric, direction, bound in least:
            score = now.systems[0].scores[metric].score
            if direction in (None, Direction.parse(now.direction)) and score < bound:
                yield f"{_where(now)}: {metric} {score:.1f} is under {bound:g}"
    if earlier is None:
        return
    before = {(one.checksum, one.direction): one for one in earlier.evaluations}
    common = [now for now in result.evaluations if (now.checksum, now.direction) in before]
    if not common:
        raise InputError("the two results have no set and direction in common; nothing to compare")
    for now in common:
        yield from _fallen(now, before[now.checksum, now.direction])


def _fallen(now: Evaluation, before: Evaluation) -> Iterator[str]:
    if now.segments and before.segments:
        pair = [
            replace(one, systems=one.systems[:1], segments=[_first(s) for s in one.segments])
            for one in (before, now)
        ]
        for test in _merged([("before", pair[0]), ("now", pair[1])]).comparisons:
            worse = test.difference > 0 if test.metric in LOWER_IS_BETTER else test.difference < 0
            if worse and test.is_significant:
                yield f"{_where(now)}: {test.metric} {test.difference:+.1f} (p = {test.p:.4f})"
        return
    for metric, score in before.systems[0].scores.items():
        value = now.systems[0].scores[metric].score
        if value > score.high if metric in LOWER_IS_BETTER else value < score.low:
            yield (
                f"{_where(now)}: {metric} {value:.1f}, outside the earlier interval "
                f"[{score.low:.1f}, {score.high:.1f}]"
            )


def _first(segment: Segment) -> Segment:
    name = next(iter(segment.systems))
    return replace(segment, systems={name: segment.systems[name]})


def _where(evaluation: Evaluation) -> str:
    return f"{evaluation.set}, {evaluation.direction}"
