"""What several commands have in common: how they read files and print results."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from digestlang.digest import files
from digestlang.digest.document import Format
from digestlang.errors import OutputError

CHECKS_FAILED = 3  # the exit code of a run that worked and found what it was asked to look for

files_argument = click.argument("paths", nargs=-1, required=True, metavar="FILE|DIR|GLOB|-...")
format_option = click.option(
    "--format",
    "format_",
    type=click.Choice(["auto", *(format_.value for format_ in Format)]),
    default="auto",
    show_default=True,
    help="How the input is read; auto goes by the suffix, Markdown if there is none.",
)
field_option = click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="NAME",
    callback=lambda context, option, names: tuple(dict.fromkeys(names)),
    help="A field of JSON Lines records to read; may be repeated.",
)
beam_size_option = click.option(
    "--beam-size", type=click.IntRange(1, 32), default=4, show_default=True
)
threads_option = click.option(
    "--threads", type=click.IntRange(0, 256), default=0, help="CPU threads; 0 is all cores."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")


def chosen_format(name: str) -> Format | None:
    """The format a ``--format`` value names; None for auto."""
    return None if name == "auto" else Format(name)


def print_json(content: Any) -> None:
    """Print a value as JSON on standard output."""
    print_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n")


def print_text(text: str) -> None:
    """Write text to standard output as UTF-8, its line ends as they are.

    Raises:
        OutputError: if it cannot be written (the disk is full, say).
        BrokenPipeError: if nobody reads it any more.
    """
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"standard output cannot be written ({error.strerror})") from None


def write_or_print(path: Path, text: str, *, force: bool) -> None:
    """Write text to a file, or to standard output where the path is ``-``.

    Raises:
        OutputError: see :func:`print_text` and :func:`digestlang.digest.files.write`.
    """
    if str(path) == files.STDIN:
        print_text(text)
    else:
        files.write(path, text, force=force)


def print_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table: fitted to a terminal, or whole lines with tabs into a pipe."""
    if not sys.stdout.isatty():
        print_text("".join("\t".join(row) + "\n" for row in [headers, *rows]))
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*headers, box=box.SIMPLE_HEAD)
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)


def one_line(text: str, limit: int = 60) -> str:
    """A text on one line, cut for show."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


path_type = click.Path(path_type=Path)
