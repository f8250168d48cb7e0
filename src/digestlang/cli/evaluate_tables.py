"""How an evaluation is shown in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from digestlang.cli.options import print_table
from digestlang.evaluation.results import Evaluation, Part, SystemResult


def print_evaluation(evaluation: Evaluation) -> None:
    """Print an evaluation: scores, measures, domains and lengths, tests, signatures."""
    click.echo(f"{evaluation.set}, {evaluation.direction}, {evaluation.pairs} pairs\n")
    metrics = list(evaluation.signatures)
    timed = any(system.words_per_second for system in evaluation.systems)
    judged = any(system.comet is not None for system in evaluation.systems)
    print_table(
        ["system", *metrics, *(["COMET"] if judged else []), *(["words/s"] if timed else [])],
        [
            [
                system.name,
                *(_score(system, metric) for metric in metrics),
                *([_number(system.comet)] if judged else []),
                *([_number(system.words_per_second, 0)] if timed else []),
            ]
            for system in evaluation.systems
        ],
    )
    click.echo()
    measured = [(system.name, system.measures) for system in evaluation.systems]
    print_table(
        ["system", *evaluation.reference],
        [
            [name, *(_measure(key, value) for key, value in measures.items())]
            for name, measures in [*measured, ("reference", evaluation.reference)]
        ],
    )
    for kind in ("domains", "lengths"):
        parts = {system.name: getattr(system, kind) for system in evaluation.systems}
        if len(next(iter(parts.values()))) > 1:
            click.echo()
            _print_parts("domain" if kind == "domains" else "source words", parts)
    if evaluation.comparisons:
        click.echo()
        print_table(
            ["metric", "system", "baseline", "difference", "bootstrap p", "randomisation p", ""],
            [
                [
                    test.metric,
                    test.system,
                    test.baseline,
                    f"{test.difference:+.1f}",
                    f"{test.bootstrap_p:.4f}",
                    f"{test.randomisation_p:.4f}",
                    "significant" if test.is_significant else "",
                ]
                for test in evaluation.comparisons
            ],
        )
    click.echo()
    for metric, signature in evaluation.signatures.items():
        click.echo(f"{metric}: {signature}")
    for system in evaluation.systems:
        if system.key:
            click.echo(f"{system.name}: {system.key}")
    click.echo()


def _print_parts(what: str, parts: Mapping[str, Mapping[str, Part]]) -> None:
    first = next(iter(parts.values()))
    metrics = list(next(iter(first.values())).scores)
    headers = [f"{name} {metric}" for name in parts for metric in metrics]
    rows: list[Sequence[str]] = [
        [
            group,
            str(part.segments),
            *(_number(parts[name][group].scores[metric]) for name in parts for metric in metrics),
        ]
        for group, part in first.items()
    ]
    print_table([what, "pairs", *headers], rows)


def _score(system: SystemResult, metric: str) -> str:
    score = system.scores[metric]
    return f"{score.score:.1f} [{score.low:.1f}, {score.high:.1f}]"


def _measure(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.2f}" if name == "length ratio" else f"{100 * value:.1f} %"


def _number(value: float | None, digits: int = 1) -> str:
    return "–" if value is None else f"{value:.{digits}f}"
