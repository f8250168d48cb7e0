"""A fuzzing campaign: any number of generated documents through reader, pipeline and renderer.

    python tests/campaign.py --documents 200000 --seed 1

The tests draw a few dozen documents a property from hypothesis, which shrinks what fails but takes
thirty milliseconds a document. Here the same words are composed by a plain generator, a document
a seed, ten times as fast, and every document is held against all the invariants. A failure prints
its seed; ``--documents 1 --seed N`` runs it again and prints the document.
"""

from __future__ import annotations

import json
import time
from concurrent.futures import ProcessPoolExecutor
from random import Random

import click
from fakes import FakeEngine
from strategies import ENGLISH, FIXED, KOREAN, ODD, SPANS, WRAPPERS, structure
from test_invariants import (
    assert_segments_are_slices,
    hostile_engine,
    in_other_words,
    rendered,
    translated,
)

from digestlang.digest import read_jsonl, read_markdown, read_text
from digestlang.digest.layouts import LAYOUTS, render
from digestlang.engines.base import IdentityEngine
from digestlang.pipeline import Options

_CHECKED = Options(use_glossary=False, translate_titles=True)
_VOCABULARIES = (ENGLISH, ENGLISH, ENGLISH, KOREAN, KOREAN, SPANS, SPANS, ODD)
_GLUE = (" ", " ", " ", " ", "  ", "", ", ", ". ")
_LINE_ENDS = ("", "", "", "", "  ", "\\", " ", "<br>")
_BULLETS = ("- ", "* ", "+ ", "1. ", "9) ", "-   ", "-\t", "  - ", "- [ ] ", "- [x] ")
_ESCAPES = ("\\ud800", "\\udc00", "\\u0000", "\\ud83d\\ude00", "\\n", "\\/", '\\"', "\\u00e9")


def inline(rng: Random, depth: int = 0) -> str:
    """Words and spans, marked up in each other."""
    parts = []
    for _ in range(rng.randint(1, 6)):
        if depth < 3 and rng.random() < 0.2:
            opening, closing = rng.choice(WRAPPERS)
            parts += [opening, inline(rng, depth + 1), closing]
        else:
            parts.append(rng.choice(rng.choice(_VOCABULARIES)))
        parts.append(rng.choice(_GLUE))
    return "".join(parts)


def block(rng: Random, depth: int = 0) -> list[str]:
    """The lines of one block, perhaps with others in it."""
    match rng.randrange(10 if depth < 4 else 7):
        case 0:
            return [f"{'#' * rng.randint(1, 6)} {inline(rng)}"]
        case 1:
            columns = rng.randint(1, 3)
            rows = [
                "| " + " | ".join(inline(rng).replace("|", "\\|") for _ in range(columns)) + " |"
                for _ in range(rng.randint(1, 3))
            ]
            return [rows[0], "|---" * columns + "|", *rows[1:]]
        case 2:
            return list(rng.choice(FIXED))
        case 3 | 4 | 5 | 6:
            return [inline(rng) + rng.choice(_LINE_ENDS) for _ in range(rng.randint(1, 4))]
        case 7:
            return [f"> {line}" if line else ">" for line in blocks(rng, depth + 1)]
        case 8:
            return ["[^1]: note", *(f"    {line}" for line in blocks(rng, depth + 1))]
        case _:
            marker = rng.choice(_BULLETS)
            lines = blocks(rng, depth + 1)
            return [marker + lines[0], *(" " * len(marker) + line for line in lines[1:])]


def blocks(rng: Random, depth: int = 0) -> list[str]:
    """The lines of one to four blocks, most with an empty line between them."""
    lines: list[str] = []
    for _ in range(rng.randint(1, 4 if depth == 0 else 2)):
        lines += block(rng, depth)
        lines += [""] if rng.random() < 0.75 else []
    return lines


def document(rng: Random) -> str:
    """A Markdown text; now and then nested very deeply, or nothing but special characters."""
    if rng.random() < 0.02:
        return rng.choice("> - * [ ( ** ` $ < | #".split()) * rng.randint(100, 3000) + inline(rng)
    if rng.random() < 0.1:
        marks = "ab가 다.*_`[]()<>#|~$\\&!^:+-={}\"'1\n\r\t\x00\u2028\u202e\ufeff"
        return "".join(rng.choices(marks, k=rng.randint(1, 80)))
    ends = rng.choice(("\n", "\n", "\n", "\r\n", "\r", ""))
    lines = blocks(rng)
    text = "".join(line + (ends or rng.choice(("\n", "\r\n", "\r"))) for line in lines)
    return rng.choice(("", "", "", "\ufeff")) + rng.choice((text, text.rstrip("\r\n")))


def records(rng: Random) -> str:
    """JSON Lines with escapes that no text should hold."""
    lines = []
    for number in range(rng.randint(1, 4)):
        text = json.dumps(inline(rng), ensure_ascii=rng.random() < 0.5)[:-1]
        lines.append(f'{{"id": {number}, "summary": {text}{rng.choice(_ESCAPES)}"}}')
    return "\n".join(lines)


def check(seed: int) -> None:
    """Hold the document of a seed against every invariant.

    Raises:
        AssertionError: if one does not hold.
    """
    rng = Random(seed)
    if rng.random() < 0.05:
        text = records(rng)
        found = read_jsonl(text, "x.jsonl", ("summary",))
        assert render(found, [], "target") == text
        translated(found, FakeEngine(in_other_words))
        return
    text = document(rng)
    read = read_markdown(text)
    assert_segments_are_slices(read)
    assert_segments_are_slices(read_text(text))
    assert all(render(read, [], layout) == text for layout in LAYOUTS)
    assert rendered(text, IdentityEngine()) == text
    before = structure(text)
    engine = FakeEngine(in_other_words, placeholders=rng.random() < 0.5)
    assert structure(rendered(text, engine)) == before
    hostile = hostile_engine(seed, placeholders=rng.random() < 0.5)
    after = structure(rendered(text, hostile, options=_CHECKED))
    assert sorted(after) == sorted(before)


def failures(seeds: range) -> list[tuple[int, str]]:
    """The seeds of a range that fail, and how."""
    found = []
    for seed in seeds:
        try:
            check(seed)
        except Exception as error:
            found.append((seed, repr(error)[:200]))
    return found


@click.command(help=__doc__)
@click.option("--documents", default=1000, show_default=True)
@click.option("--seed", default=1, show_default=True, help="The first one.")
@click.option("--processes", default=1, show_default=True)
def main(documents: int, seed: int, processes: int) -> None:
    if documents == 1:
        print(document(Random(seed)).__repr__())
        check(seed)
        return
    start = time.monotonic()
    chunks = [
        range(first, min(first + 500, seed + documents))
        for first in range(seed, seed + documents, 500)
    ]
    failed = 0
    with ProcessPoolExecutor(processes) as pool:
        for chunk, found in zip(chunks, pool.map(failures, chunks), strict=True):
            failed += len(found)
            for number, error in found:
                click.echo(f"seed {number}: {error}")
            click.echo(f"{chunk.stop - seed} documents, {failed} failures", err=True)
    click.echo(f"{documents} documents, {failed} failures, {time.monotonic() - start:.0f} s")
    raise SystemExit(bool(failed))


if __name__ == "__main__":
    main()
