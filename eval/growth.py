"""Whether time grows with the size of a document and no faster.

    python eval/growth.py [--megabytes 10]

Documents of one hostile kind each are read, taken through the pipeline with the identity engine and
rendered in every layout, at a size and at twice that size. Prints, as a Markdown table, the seconds
of both and their ratio: 2 is linear, 4 would be quadratic. ``--megabytes`` adds such a line.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import click

from digestlang.digest import read_markdown
from digestlang.digest.layouts import LAYOUTS, render
from digestlang.engines.base import IdentityEngine
from digestlang.pipeline import Options, Translator

KINDS: dict[str, Callable[[int], str]] = {
    "paragraphs": lambda n: "The words of the model are new and good.\n\n" * n,
    "one paragraph, wrapped": lambda n: "The words of the model are new and good.\n" * n,
    "one long line": lambda n: "The words of the model are new and good. " * n,
    "one long Korean line": lambda n: "우리는 새로운 모델을 제안하고 공개합니다. " * n,
    "a list": lambda n: "- The words of the model are new.\n" * n,
    "a table": lambda n: "| The head | x |\n|---|---|\n" + "| the words here | the cell |\n" * n,
    "one table row": lambda n: "| the |" + " the words |" * n + "\n|" + "---|" * (n + 1) + "\n",
    "quotes in quotes": lambda n: "> " * n + "the words of it",
    "open brackets": lambda n: "[" * n + "the words of it",
    "open emphasis": lambda n: "**a " * n,
    "links": lambda n: "See [the words](https://a.b/c) of it. " * n,
    "code": lambda n: "Use `x` and `y` of it. " * n,
    "notes": lambda n: "".join(f"The words[^{i}] of it.\n\n[^{i}]: A note.\n\n" for i in range(n)),
    "tags": lambda n: "<b>the words</b> of it " * n,
}  # fmt: skip


def seconds(text: str) -> float:
    """Read, translate by the identity, and render in every layout."""
    start = time.perf_counter()
    document = read_markdown(text)
    options = Options(check=False, use_glossary=False)
    found = Translator(lambda direction: IdentityEngine(), options).translate(document)
    placed = [one.placed for one in found if one.placed]
    for layout in LAYOUTS:
        render(document, placed, layout)
    return time.perf_counter() - start


@click.command(help=__doc__)
@click.option("--size", default=4000, show_default=True, help="Repetitions; the second has twice.")
@click.option("--megabytes", default=0, help="Of one more document, a single line.")
def main(size: int, megabytes: int) -> None:
    click.echo("| kind | characters | seconds | twice as long | ratio |\n|---|---|---|---|---|")
    for kind, make in KINDS.items():
        text, double = make(size), make(2 * size)
        once, twice = (min(seconds(one) for _ in range(2)) for one in (text, double))
        click.echo(f"| {kind} | {len(text):,} | {once:.2f} | {twice:.2f} | {twice / once:.1f} |")
    if megabytes:
        text = "The words of the model are new and good. " * (megabytes * 1_000_000 // 41)
        click.echo(f"\nOne line of {megabytes} MB: {seconds(text):.0f} s")


if __name__ == "__main__":
    main()
