"""How fast digestlang is on this machine, beside transformers on the same checkpoint.

    python eval/benchmark.py DIGEST... [--runs 3] [--beam-size 4] [--threads 2] [--sentences 200]

Prints, as Markdown tables: sentences a second of both engines on the same sentences, checkpoint and
beam (after a warm-up; the median of the runs, engines by turns, so that a busy moment hits both);
and, of the command line, the seconds of ``--help``, of a digest's first translation and of one
entirely from memory, with peak memory. Timings depend on the machine, so nothing here is a test.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import click

from digestlang.detection import detect_all
from digestlang.digest.files import Source, read
from digestlang.engines import DecodingOptions, Engine, load_engine
from digestlang.languages import Direction
from digestlang.models import default_model
from digestlang.protection import source_words
from digestlang.sentences import split_units

_ENGINES = ("ctranslate2", "transformers")


@click.command(help=__doc__)
@click.argument("digests", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--runs", default=3, show_default=True)
@click.option("--beam-size", default=4, show_default=True)
@click.option("--threads", default=os.cpu_count() or 1, show_default=True)
@click.option("--sentences", default=200, show_default=True, help="At most so many a direction.")
def main(
    digests: tuple[Path, ...], runs: int, beam_size: int, threads: int, sentences: int
) -> None:
    click.echo(
        f"{platform.processor() or platform.machine()}, {threads} threads, beam {beam_size}, "
        f"Python {platform.python_version()}, median of {runs} runs after a warm-up\n"
    )
    # The commands first: the memory of a child counts that of the process it is forked from.
    click.echo("| command | seconds | peak memory |\n|---|---|---|")
    for label, seconds, megabytes in _commands(digests, runs, threads):
        click.echo(f"| {label} | {seconds:.2f} | {megabytes:.0f} MB |")
    click.echo("\n| direction | sentences | " + " | ".join(_ENGINES) + " | ratio |")
    click.echo("|---|---|---|---|---|")
    found = _sentences(digests)
    for direction in sorted(found):
        texts = found[direction][:sentences]
        speeds = _speeds(texts, direction, runs, DecodingOptions(beam_size, threads))
        cells = " | ".join(f"{speeds[name]:.1f}/s" for name in _ENGINES)
        ratio = speeds["ctranslate2"] / speeds["transformers"]
        click.echo(f"| {direction} | {len(texts)} | {cells} | {ratio:.1f} |")


def _sentences(digests: tuple[Path, ...]) -> dict[Direction, list[str]]:
    """The sentences of the digests by direction, as the pipeline would cut them."""
    found: dict[Direction, list[str]] = {}
    for path in digests:
        segments = read(Source(path, Path(path.name))).segments
        detections = detect_all([segment.text for segment in segments])
        for segment, detection in zip(segments, detections, strict=True):
            if detection.language is None or segment.is_title:
                continue
            units = split_units(segment.inlines, detection.language)
            texts = [source_words(unit.core) for unit in units]
            direction = Direction.into(detection.language.other)
            found.setdefault(direction, []).extend(text for text in texts if len(text) > 20)
    return found


def _speeds(
    texts: list[str], direction: Direction, runs: int, options: DecodingOptions
) -> dict[str, float]:
    """Median sentences a second by engine."""
    model = default_model(direction)
    engines: dict[str, Engine] = {name: load_engine(name, model, options) for name in _ENGINES}
    seconds: dict[str, list[float]] = {name: [] for name in _ENGINES}
    for engine in engines.values():
        engine.translate(texts[:16], direction)
    for _ in range(runs):
        for name, engine in engines.items():
            started = time.perf_counter()
            engine.translate(texts, direction)
            seconds[name].append(time.perf_counter() - started)
    return {name: len(texts) / statistics.median(times) for name, times in seconds.items()}


def _commands(
    digests: tuple[Path, ...], runs: int, threads: int
) -> Iterator[tuple[str, float, float]]:
    """(what, median seconds, peak megabytes) of whole commands."""
    yield "--help", *_run(["--help"], runs)
    with tempfile.TemporaryDirectory() as folder:
        for path in digests:
            common = ["translate", str(path), "--threads", str(threads), "--force", "--quiet"]
            common += ["-o", str(Path(folder) / "out.md")]
            yield f"translate {path.name}", *_run([*common, "--no-memory"], 1)
            memory = ["--memory", str(Path(folder) / "memory.sqlite3")]
            _run([*common, *memory], 1)
            yield f"translate {path.name}, from memory", *_run([*common, *memory], runs)


def _run(arguments: list[str], runs: int) -> tuple[float, float]:
    """Run a command of digestlang; median seconds, and peak resident megabytes of its process."""
    seconds, peaks = [], []
    for _ in range(runs):
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "digestlang", *arguments], stdout=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            raise click.ClickException(f"digestlang {' '.join(arguments)} failed")
        seconds.append(time.perf_counter() - started)
        peaks.append(usage.ru_maxrss / 1000)  # Linux gives kilobytes
    return statistics.median(seconds), max(peaks)


if __name__ == "__main__":
    main()
