"""How many segments pass every check at once, and what the others needed.

    python eval/repairs.py DIGEST... SET...

Every document is translated twice by the embedded model: taking what the engine says first, and by
the whole walk. Prints a Markdown table: segments, how many pass every check before and after, and
the ways in which sentences were had.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from digestlang import quality
from digestlang.digest import Document, read_markdown, read_text
from digestlang.engines import DecodingOptions, Engine, load_engine
from digestlang.evaluation import load_set
from digestlang.languages import DIRECTIONS, Direction
from digestlang.models import default_model
from digestlang.pipeline import Options, Translation, Translator
from digestlang.terms import Glossary, project_glossary

_STEPS = ("beam", "respelt", "masked", "search", "fallback", "halves", "quarters")


def is_green(one: Translation) -> bool:
    """Whether a translation passes every check; a source that was kept does not."""
    if one.target is None or one.direction is None:
        return False
    (read,) = read_markdown(one.target).segments or (None,)
    words = read.text if read else one.target
    return not quality.reported(quality.check(one.segment.text, words, one.direction))


def translate(documents: list[Document], options: Options) -> list[Translation]:
    """What became of the segments that have something to translate."""
    engines: dict[Direction, Engine] = {}

    def engine_for(direction: Direction) -> Engine:
        model = default_model(direction)
        return engines.setdefault(direction, load_engine("ctranslate2", model, DecodingOptions()))

    translator = Translator(engine_for, options)
    found = (one for each in translator.translate_all(documents) for one in each)
    return [one for one in found if one.direction is not None]


def sources(name: str) -> Iterator[tuple[str, list[Document]]]:
    """A digest, or the two sides of a set of pairs."""
    if Path(name).suffix == ".md":
        yield Path(name).name, [read_markdown(Path(name).read_bytes().decode())]
        return
    pairs = load_set(name).pairs
    for direction in DIRECTIONS:
        yield f"{Path(name).name} {direction}", [read_text(p.source(direction)) for p in pairs]


@click.command(help=__doc__)
@click.argument("names", nargs=-1, required=True, metavar="DIGEST|SET...")
def main(names: tuple[str, ...]) -> None:
    click.echo(f"| | segments | green at once | green | {' | '.join(_STEPS)} |")
    click.echo("|---" * (4 + len(_STEPS)) + "|")
    options = Options(terms=Glossary(project_glossary()))
    totals: Counter[str] = Counter()
    for name in names:
        for label, documents in sources(name):
            before = translate(documents, replace(options, check=False))
            after = translate(documents, options)
            counts = Counter(way for one in after for way in one.ways)
            counts["segments"] = len(after)
            counts["at once"] = sum(map(is_green, before))
            counts["green"] = sum(not one.flags for one in after)
            click.echo(_row(label, counts))
            totals += counts
    click.echo(_row("all", totals))


def _row(label: str, counts: Counter[str]) -> str:
    shares = [f"{counts[key]} ({100 * counts[key] / counts['segments']:.1f} %)"
              for key in ("at once", "green")]  # fmt: skip
    steps = [str(counts[step]) for step in _STEPS]
    return f"| {label} | {counts['segments']} | {' | '.join([*shares, *steps])} |"


if __name__ == "__main__":
    main()
