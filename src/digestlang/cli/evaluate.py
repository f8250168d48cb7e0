"""``digestlang eval``: how good translations are, measured on held-out pairs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from digestlang.cli.evaluate_tables import print_evaluation
from digestlang.cli.options import (
    CHECKS_FAILED,
    beam_size_option,
    path_type,
    print_table,
    threads_option,
    write_or_print,
)
from digestlang.cli.progress import progress_bar
from digestlang.digest import files
from digestlang.digest.document import Format
from digestlang.engines import ENGINES, DecodingOptions, Engine, load_engine
from digestlang.errors import InputError, UsageError
from digestlang.evaluation.comparison import falls, merge
from digestlang.evaluation.harness import evaluate, result
from digestlang.evaluation.overlap import find_leaks
from digestlang.evaluation.page import page
from digestlang.evaluation.pairs import (
    PairSet,
    load_set,
    pairs_folder,
    parallel_set,
    read_pairs,
    set_names,
)
from digestlang.evaluation.results import read_result
from digestlang.evaluation.systems import Stored, System, read_stored, translate_raw, translate_set
from digestlang.languages import DIRECTIONS, Direction
from digestlang.memory import Memory, default_path
from digestlang.models import default_model, find_model


class _RunByDefault(click.Group):
    """A group whose first argument, where it is no subcommand, begins those of ``run``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = ["run", *args]
        return super().parse_args(ctx, args)


@click.group("eval", cls=_RunByDefault)
def eval_() -> None:
    """Measure translation quality on held-out pairs.

    `digestlang eval SET` is short for `digestlang eval run SET`.
    """


_Least = Sequence[tuple[Direction | None, float]]


class _LeastType(click.ParamType[Any]):
    """``50``, or ``en-ko=50`` for one direction."""

    name = "[DIRECTION=]X"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[Direction | None, float]:
        direction, _, bound = str(value).rpartition("=")
        try:
            return Direction.parse(direction) if direction else None, float(bound)
        except ValueError:
            self.fail(f"{value!r} is not a score, such as 50 or en-ko=50", param, ctx)


@dataclass(frozen=True, slots=True)
class _Settings:
    """The options of one run, as click collects them."""

    source: Path | None
    references: tuple[Path, ...]
    models: tuple[str, ...]
    stored: tuple[str, ...]
    direction: str
    format_: str
    raw: bool
    engine: str
    beam_size: int
    threads: int
    limit: int | None
    samples: int
    comet: Path | None
    training: tuple[Path, ...]
    memory: Path
    allow_overlap: bool
    json: Path | None
    segments: bool
    html: Path | None
    force: bool
    quiet: bool


@eval_.command()
@click.argument("sets", nargs=-1, metavar="[SET|FILE|PREFIX]...")
@click.option("--source", type=path_type, metavar="FILE", help="Sources, a text a line.")
@click.option(
    "--reference",
    "references",
    multiple=True,
    type=path_type,
    metavar="FILE",
    help="References of --source, a text a line; may be repeated for several a source.",
)
@click.option(
    "--model",
    "models",
    multiple=True,
    metavar="NAME|PATH",
    help="A model to measure; may be repeated.  [default: the embedded one, if no --hypotheses]",
)
@click.option(
    "--hypotheses",
    "stored",
    multiple=True,
    metavar="[NAME=]FILE|-",
    help="Stored translations to measure, a line each or JSON Lines with ids; may be repeated.",
)
@click.option(
    "-d",
    "--direction",
    type=click.Choice(["auto", "both", *map(str, DIRECTIONS)]),
    default="auto",
    show_default=True,
    help="auto: that of the stored translations, or every one the models do.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice([str(Format.TEXT), str(Format.MARKDOWN)]),
    default=str(Format.TEXT),
    show_default=True,
    help="How texts are read whose set does not say.",
)
@click.option("--raw", is_flag=True, help="The model's own answers: no protection, no repair.")
@click.option("--engine", type=click.Choice(list(ENGINES)), default="ctranslate2")
@beam_size_option
@threads_option
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Only the first N pairs.")
@click.option(
    "--samples",
    type=click.IntRange(100),
    default=1000,
    show_default=True,
    help="Bootstrap resamples; randomisation makes ten times as many trials.",
)
@click.option(
    "--comet", type=path_type, metavar="FILE", help="A COMET checkpoint on disk, to score by too."
)
@click.option(
    "--training",
    multiple=True,
    type=path_type,
    metavar="FILE",
    help="Training pairs that must not hold the set's; may be repeated.",
)
@click.option(
    "--memory",
    type=path_type,
    default=default_path,
    help="A translation memory that must not hold the set's pairs; it is never asked.",
)
@click.option("--allow-overlap", is_flag=True, help="Go on if pairs are not held out.")
@click.option("--json", type=path_type, metavar="FILE|-", help="Write the result, for machines.")
@click.option("--segments/--no-segments", default=True, help="Every text in the JSON, or scores.")
@click.option("--html", type=path_type, metavar="FILE", help="Write a page to look at.")
@click.option("--force", is_flag=True, help="Overwrite files that exist.")
@click.option("--quiet", is_flag=True, help="No progress, no tables; errors only.")
def run(sets: tuple[str, ...], **options: Any) -> None:
    """Translate held-out pairs and compare with their references.

    A set is the name of one that comes with digestlang (digestlang eval sets), a file of pairs
    (JSON Lines, TSV, TMX), or PREFIX for PREFIX.en and PREFIX.ko.
    """
    settings = _Settings(**options)
    for path in (settings.json, settings.html):
        if path is not None and str(path) != files.STDIN:
            files.check_writable(path, force=settings.force)
    loaded = list(_load_sets(sets, settings))
    stored = [read_stored(spec) for spec in settings.stored]
    engines = list(_engines(settings)) if settings.models or not stored else []
    _check_held_out(loaded, settings)
    directions = _directions(stored, settings)
    evaluations = [
        evaluate(
            pairs,
            direction,
            systems,
            format_=Format(settings.format_),
            samples=settings.samples,
            comet_checkpoint=str(settings.comet) if settings.comet else None,
        )
        for pairs in loaded
        for direction in directions
        if (systems := list(_systems(pairs, direction, stored, engines, settings)))
    ]
    if not evaluations:
        raise UsageError(f"no system translates {' or '.join(map(str, directions))}")
    outcome = result(
        evaluations,
        {
            "raw": settings.raw,
            "format": settings.format_,
            "engine": settings.engine,
            "beam_size": settings.beam_size,
            "threads": settings.threads,
            "limit": settings.limit,
            "samples": settings.samples,
            "overlap_allowed": settings.allow_overlap,
        },
    )
    if not settings.quiet and str(settings.json) != files.STDIN:
        for evaluation in evaluations:
            print_evaluation(evaluation)
    if settings.json is not None:
        kept = outcome if settings.segments else outcome.without_segments()
        write_or_print(settings.json, kept.to_json(), force=settings.force)
    if settings.html is not None:
        files.write(settings.html, page(outcome), force=settings.force)


@eval_.command()
def sets() -> None:
    """List the sets that come with digestlang."""
    rows = []
    for name in set_names():
        loaded = load_set(name)
        domains = dict.fromkeys(pair.domain for pair in loaded.pairs)
        path = pairs_folder() / f"{name}.jsonl"
        rows.append([name, str(len(loaded.pairs)), " ".join(domains), str(path)])
    print_table(["name", "pairs", "domains", "file"], rows)


@eval_.command()
@click.argument("results", nargs=-1, required=True, type=path_type, metavar="RESULT...")
@click.option("--html", type=path_type, metavar="FILE", help="Write a page to look at.")
@click.option("--force", is_flag=True, help="Overwrite a file that exists.")
def compare(results: tuple[Path, ...], html: Path | None, force: bool) -> None:
    """Show results (of eval run --json) side by side; the first is the baseline."""
    read = {path.stem: read_result(path) for path in results}
    if len(read) < len(results):
        raise UsageError("two results have the same file name; copy one under another")
    merged = merge(read)
    for evaluation in merged:
        print_evaluation(evaluation)
    if html is not None:
        first = next(iter(read.values()))
        files.write(html, page(replace(first, evaluations=merged)), force=force)


@eval_.command()
@click.argument("path", type=path_type, metavar="RESULT")
@click.option(
    "--min-bleu",
    multiple=True,
    type=_LeastType(),
    help="The least BLEU, of one direction or of all.",
)
@click.option(
    "--min-chrf",
    multiple=True,
    type=_LeastType(),
    help="The least chrF++, of one direction or of all.",
)
@click.option(
    "--against",
    type=path_type,
    metavar="RESULT",
    help="An earlier result that this one must not be significantly worse than.",
)
def gate(path: Path, min_bleu: _Least, min_chrf: _Least, against: Path | None) -> None:
    """Exit with 3 if quality is too low, or has significantly fallen.

    RESULT is what eval run --json wrote; its first system is judged.
    """
    if not min_bleu and not min_chrf and against is None:
        raise UsageError("nothing to judge by; give --min-bleu, --min-chrf or --against")
    bounds = [("BLEU", *one) for one in min_bleu] + [("chrF++", *one) for one in min_chrf]
    earlier = read_result(against) if against else None
    found = list(falls(read_result(path), bounds, earlier))
    for line in found:
        click.echo(f"{path}: {line}", err=True)
    if found:
        raise click.exceptions.Exit(CHECKS_FAILED)
    click.echo(f"{path}: as good as it must be")


# -- what run needs -------------------------------------------------------------------------------


def _load_sets(names: Sequence[str], settings: _Settings) -> Iterator[PairSet]:
    if bool(settings.source) != bool(settings.references):
        raise UsageError("--source and --reference go together")
    if not names and settings.source is None:
        known = ", ".join(set_names()) or "none"
        raise UsageError(f"no set to measure on; those that come with digestlang: {known}")
    for name in names:
        yield _limited(load_set(name), settings.limit)
    if settings.source is not None:
        yield _limited(parallel_set(settings.source, settings.references), settings.limit)


def _limited(pairs: PairSet, limit: int | None) -> PairSet:
    return pairs if limit is None else PairSet(pairs.name, pairs.pairs[:limit])


def _check_held_out(sets: Sequence[PairSet], settings: _Settings) -> None:
    """Raise InputError if pairs stand in the memory or in training data; a warning if allowed."""

    def places() -> Iterator[tuple[str, Iterable[Iterable[str]]]]:
        for path in settings.training:
            texts = (pair.texts.values() for pair in read_pairs(path))
            yield str(path), ((text for side in sides for text in side) for sides in texts)
        if settings.memory.is_file():
            with Memory(settings.memory) as memory:
                yield str(settings.memory), ((e.source, e.target) for e in memory.entries())

    leaks = find_leaks([pair for pairs in sets for pair in pairs.pairs], places())
    if not leaks:
        return
    shown = ", ".join(map(str, leaks[:3])) + (", …" if len(leaks) > 3 else "")
    message = f"{len(leaks)} pairs are not held out: {shown}"
    if not settings.allow_overlap:
        raise InputError(f"{message}; leave them out, or go on with --allow-overlap")
    click.echo(f"digestlang: {message}", err=True)


def _directions(stored: Sequence[Stored], settings: _Settings) -> list[Direction]:
    """The directions to measure: the one asked for, or those of the stored translations, or all."""
    if settings.direction == "auto" and stored:
        return [d for d in DIRECTIONS if any(one.language_direction() == d for one in stored)]
    if settings.direction in ("auto", "both"):
        return list(DIRECTIONS)
    return [Direction.parse(settings.direction)]


def _systems(
    pairs: PairSet,
    direction: Direction,
    stored: Sequence[Stored],
    engines: Sequence[tuple[str, Engine]],
    settings: _Settings,
) -> Iterator[System]:
    """What every system that does a direction makes of a set: stored translations, then models."""
    asked_for = settings.direction == str(direction)
    fitting = [one for one in stored if asked_for or one.language_direction() == direction]
    able = [(name, engine) for name, engine in engines if direction in engine.directions]
    names = [one.name for one in fitting] + [name for name, _ in able]
    if len(set(names)) < len(names):
        raise UsageError(
            f"two systems have one name ({', '.join(names)}); give another: --hypotheses NAME=FILE"
        )
    yield from (one.fit(pairs, direction) for one in fitting)
    for name, engine in able:
        if settings.raw:
            yield translate_raw(name, engine, pairs.pairs, direction)
            continue
        with progress_bar(f"{name}, {direction}", None, quiet=settings.quiet) as progress:
            format_ = Format(settings.format_)
            yield translate_set(name, engine, pairs.pairs, direction, format_, progress)


def _engines(settings: _Settings) -> Iterator[tuple[str, Engine]]:
    chosen = [find_model(name) for name in settings.models]
    if not chosen:
        defaults = [default_model(direction) for direction in DIRECTIONS]
        chosen = list({model.path: model for model in defaults}.values())
    options = DecodingOptions(settings.beam_size, settings.threads)
    for model in chosen:
        yield model.name, load_engine(settings.engine, model, options)
