"""``digestlang memory``: look into the translation memory, carry it elsewhere, empty it."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO

import click

from digestlang.cli.options import json_option, path_type, print_json, print_table, write_or_print
from digestlang.digest import files
from digestlang.errors import InputError
from digestlang.exchange import read_jsonl, read_tmx, write_jsonl, write_tmx
from digestlang.memory import HUMAN, Entry, Memory, default_path

_READERS: dict[str, Callable[[IO[bytes], str], Iterator[Entry]]] = {
    "jsonl": read_jsonl,
    "tmx": read_tmx,
}
_WRITERS: dict[str, Callable[[Iterable[Entry], IO[bytes]], int]] = {
    "jsonl": write_jsonl,
    "tmx": write_tmx,
}
_memory_option = click.option(
    "--memory",
    "path",
    type=path_type,
    default=default_path,
    help="The memory's file.  [default: in the user's data directory]",
)
_format_option = click.option(
    "--format",
    "format_",
    type=click.Choice(["auto", *_READERS]),
    default="auto",
    show_default=True,
    help="JSON Lines or TMX 1.4; auto goes by the suffix.",
)


@click.group()
def memory() -> None:
    """Look into the translation memory, carry it elsewhere, empty it."""


@memory.command()
@_memory_option
@json_option
def stats(path: Path, as_json: bool) -> None:
    """Count the translations, by direction and by what made them."""
    with Memory(path) as opened:
        counts = opened.counts()
    size = path.stat().st_size
    if as_json:
        rows = [{"direction": d, "key": key, "translations": n} for d, key, n in counts]
        print_json({"path": str(path), "bytes": size, "translations": rows})
        return
    rows_ = [[d, key if key != HUMAN else "(people)", str(n)] for d, key, n in counts]
    print_table(["direction", "made by", "translations"], rows_)
    click.echo(
        f"{sum(n for *_, n in counts)} translations, {size / 1e6:.1f} MB in {path}", err=True
    )


@memory.command()
@click.argument("file", type=path_type)
@_format_option
@_memory_option
@click.option("--force", is_flag=True, help="Overwrite FILE if it exists.")
def export(file: Path, format_: str, path: Path, force: bool) -> None:
    """Write all translations to FILE (- for standard output)."""
    kind = _kind(file, format_)
    buffer = io.BytesIO()
    with Memory(path) as opened:
        count = _WRITERS[kind](opened.entries(), buffer)
    text = buffer.getvalue().decode()
    write_or_print(file, text, force=force)
    click.echo(f"{count} translations exported", err=True)


@memory.command("import")
@click.argument("file", type=path_type)
@_format_option
@_memory_option
def import_(file: Path, format_: str, path: Path) -> None:
    """Take the translations in FILE (- for standard input) into the memory: all, or none.

    Those that name no model count as made by people, and are preferred to any model's.
    """
    read = _READERS[_kind(file, format_)]
    try:
        if str(file) == files.STDIN:
            entries = list(read(sys.stdin.buffer, "<stdin>"))
        else:
            with file.open("rb") as content:
                entries = list(read(content, str(file)))
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: not UTF-8 at byte {error.start} of a line") from None
    with Memory(path) as opened:
        click.echo(f"{opened.add(entries)} translations imported", err=True)


@memory.command()
@_memory_option
@click.option("--key", help="Forget only what this engine made (as stats shows it).")
@click.option("--yes", is_flag=True, help="Do not ask.")
def clear(path: Path, key: str | None, yes: bool) -> None:
    """Forget all translations, or those of one engine."""
    with Memory(path) as opened:
        if not yes and not click.confirm(f"Forget the translations in {path}?", err=True):
            click.echo("nothing was forgotten", err=True)
            raise click.exceptions.Exit(1)
        click.echo(f"{opened.clear(key=key)} translations forgotten", err=True)


def _kind(file: Path, format_: str) -> str:
    if format_ != "auto":
        return format_
    return "tmx" if file.suffix.lower() == ".tmx" else "jsonl"
