"""``digestlang models``: bring models in, list, check and choose them, take them out again."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from digestlang.cli.options import json_option, path_type, print_json, print_table
from digestlang.errors import ModelError
from digestlang.languages import DIRECTIONS, Direction
from digestlang.models import (
    QUANTIZATIONS,
    Model,
    default_model,
    find_model,
    list_models,
    model_problem,
    own_folder,
    verify,
)

_REVISION = re.compile(r"@(?=[^@/]+$)")


@click.group()
def models() -> None:
    """Install, list, check, choose and remove models; take them to machines without a network."""


@models.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the installed models."""
    described = [_describe(model) for model in list_models()]
    if as_json:
        print_json(described)
        return
    print_table(
        ["name", "family", "directions", "size", "licence", "verified", "default for", "origin"],
        [
            [
                model["name"],
                model["family"],
                " ".join(model["directions"]),
                _megabytes(model["size"]),
                model["licence"],
                "yes" if model["verified"] else "DAMAGED",
                " ".join(model["default_for"]),
                model["origin"] or "digestlang",
            ]
            for model in described
        ],
    )


@models.command()
@json_option
def catalogue(as_json: bool) -> None:
    """List checkpoints on the Hugging Face hub that are known to do Korean and English."""
    from digestlang.installation import CATALOGUE

    if as_json:
        print_json([asdict(one) for one in CATALOGUE])
        return
    print_table(
        ["repository", "directions", "download", "licence", "warning"],
        [
            [one.repository, " ".join(one.directions), f"{one.size} MB", one.licence, one.warning]
            for one in CATALOGUE
        ],
    )


@models.command()
@click.argument("model", metavar="NAME|PATH")
@json_option
def info(model: str, as_json: bool) -> None:
    """Describe one model: what it does, where it is, its files' checksums."""
    found = find_model(model)
    described = _describe(found) | {
        "path": str(found.path),
        "fingerprint": found.fingerprint,
        "quantization": found.quantization,
        "placeholders": found.placeholders,
        "max_source_tokens": found.max_source_tokens,
        "checksums": dict(found.checksums),
    }
    if as_json:
        print_json(described)
        return
    described["size"] = _megabytes(described["size"])
    checksums = described.pop("checksums")
    rows = [(key, " ".join(v) if isinstance(v, list) else str(v)) for key, v in described.items()]
    print_table(
        ["property", "value"], rows + [(f"SHA-256 of {n}", s) for n, s in checksums.items()]
    )


@models.command("verify")
@click.argument("names", nargs=-1, metavar="[NAME|PATH]...")
def verify_(names: tuple[str, ...]) -> None:
    """Read every file of the models named, or of all, and compare checksums."""
    for model in [find_model(name) for name in names] or list_models():
        verify(model)
        click.echo(f"{model.name}: {len(model.checksums)} files, all as they should be")


@models.command()
@click.argument("repository", metavar="OWNER/NAME[@REVISION]")
@click.option("--name", help="What to call it.  [default: the repository's own name]")
@click.option(
    "--quantization",
    type=click.Choice(QUANTIZATIONS),
    default=QUANTIZATIONS[0],
    show_default=True,
    help="Of the weights that CTranslate2 runs.",
)
@click.option(
    "--allow-pickle",
    is_flag=True,
    help="Take pickled weights if there are no others; nothing but tensors is read from them.",
)
@click.option(
    "--accept-licence", is_flag=True, help="You accept a licence that forbids commercial use."
)
@click.option("--force", is_flag=True, help="Replace another model of that name.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but warnings and errors.")
def pull(repository: str, quiet: bool, force: bool, **options: Any) -> None:
    """Install a MarianMT, NLLB-200 or M2M-100 checkpoint from the Hugging Face hub.

    The hub is that of HF_ENDPOINT, the token HF_TOKEN or that of its login. Files are verified by
    the hub's checksums, the model is tried on ten sentences each way, by both engines, and only
    then installed. A download that stops is gone on with by the same command.
    """
    from digestlang import installation

    _prepare_client(progress=not quiet)
    name, revision = (*_REVISION.split(repository), None)[:2]
    assert name is not None
    if (known := installation.known(name)) and known.warning and not quiet:
        _tell(f"{name}: {known.warning}")
    model = installation.pull(name, revision, force=force, tell=_teller(quiet=quiet), **options)
    if not quiet:
        _tell(_installed(model))


@models.command("import")
@click.argument("archive", type=path_type, metavar="FILE")
@click.option("--force", is_flag=True, help="Replace another model of that name.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but warnings and errors.")
def import_(archive: Path, force: bool, quiet: bool) -> None:
    """Install the model in an archive that 'models export' has written."""
    from digestlang import installation

    model = installation.import_model(archive, force=force, tell=_teller(quiet=quiet))
    if not quiet:
        _tell(_installed(model))


@models.command()
@click.argument("name")
@click.argument("archive", type=path_type, metavar="FILE")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
def export(name: str, archive: Path, force: bool) -> None:
    """Write a model into one file, for machines without a network."""
    from digestlang import installation

    size = installation.export_model(name, archive, force=force)
    _tell(f"{archive}: {_megabytes(size)}; install it with 'digestlang models import {archive}'")


@models.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
def remove(names: tuple[str, ...]) -> None:
    """Delete models that were pulled or imported, with their converted copies."""
    from digestlang import installation

    for name in names:
        installation.remove(name)
        _tell(f"{name} is removed")


@models.command()
@click.argument("name")
@click.option(
    "--for",
    "directions",
    multiple=True,
    type=click.Choice([*map(str, DIRECTIONS)]),
    help="A direction; may be repeated.  [default: all the model can]",
)
def default(name: str, directions: tuple[str, ...]) -> None:
    """Make a model the one that is used where none is named."""
    from digestlang import installation

    chosen = installation.set_default(name, [*map(Direction.parse, directions)])
    _tell(f"{name} is the default for {', '.join(map(str, chosen))}")


def _describe(model: Model) -> dict[str, Any]:
    return {
        "name": model.name,
        "family": str(model.family),
        "directions": sorted(map(str, model.directions)),
        "size": model.size,
        "licence": model.licence,
        "verified": model_problem(model) is None,
        "default_for": [str(d) for d in DIRECTIONS if _default_name(d) == model.name],
        "description": model.description,
        "origin": model.origin,
    }


def _default_name(direction: Direction) -> str | None:
    try:
        return default_model(direction).name
    except ModelError:
        return None


def _installed(model: Model) -> str:
    directions = " ".join(sorted(map(str, model.directions)))
    return (
        f"{model.name} is installed in {own_folder()}: {directions}, {_megabytes(model.size)}, "
        f"licence {model.licence}; use it with --model {model.name}, or always after "
        f"'digestlang models default {model.name}'"
    )


def _tell(line: str) -> None:
    click.echo(line, err=True)


def _teller(*, quiet: bool) -> Callable[[str], None]:
    def tell(line: str) -> None:
        if not quiet or line.startswith("warning"):
            _tell(line)

    return tell


def _prepare_client(*, progress: bool) -> None:
    """Have huggingface_hub, not imported yet, show its bars on a terminal only, and tell nobody
    about this machine.
    """
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    if not progress or not sys.stderr.isatty():
        os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
