"""``digestlang check``: whether a translation holds what its source does."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from digestlang.cli.options import (
    CHECKS_FAILED,
    chosen_format,
    format_option,
    json_option,
    path_type,
    print_json,
)
from digestlang.digest import files
from digestlang.digest.document import Format
from digestlang.errors import UsageError
from digestlang.fidelity import compare, majority_direction
from digestlang.languages import DIRECTIONS, Direction
from digestlang.quality import Severity


@click.command()
@click.argument("source", type=path_type, metavar="SOURCE")
@click.argument("translation", type=path_type, metavar="TRANSLATION")
@format_option
@click.option(
    "-d",
    "--direction",
    type=click.Choice(["auto", *map(str, DIRECTIONS)]),
    default="auto",
    show_default=True,
    help="auto: out of the language most of the source is in.",
)
@json_option
def check(source: Path, translation: Path, format_: str, direction: str, as_json: bool) -> None:
    """Compare a translation with its source: structure, links, code, numbers, names, loops.

    TRANSLATION is the translated document alone (digestlang translate --layout target, or any other
    program's). Every finding is a line with both places; exit code 3 if one is an error.
    """
    first, second = (
        files.read(files.Source(path, Path(path.name)), chosen_format(format_))
        for path in (source, translation)
    )
    if Format.JSONL in (first.format, second.format):
        raise UsageError("check compares Markdown or plain text, not JSON Lines")
    way = majority_direction(first) if direction == "auto" else Direction.parse(direction)
    if way is None:
        raise UsageError(f"{source}: neither Korean nor English; --direction says which it is")
    findings = compare(first, second, way)
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    if as_json:
        print_json({"direction": str(way), "findings": [asdict(finding) for finding in findings]})
    else:
        for one in findings:
            place = f"{source}:{one.source_line or '-'} {translation}:{one.target_line or '-'}"
            click.echo(f"{place}: {one.severity}: {one.check}: {one.message}")
        click.echo(f"{errors} errors, {len(findings) - errors} warnings", err=True)
    if errors:
        raise click.exceptions.Exit(CHECKS_FAILED)
