"""``digestlang models``: which models there are and whether their files are whole."""

from __future__ import annotations

from typing import Any

import click

from digestlang.cli.options import json_option, print_json, print_table
from digestlang.models import Model, find_model, list_models, verify


@click.group()
def models() -> None:
    """List the installed models, describe one, check their files."""


@models.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the installed models."""
    described = [_describe(model) for model in list_models()]
    if as_json:
        print_json(described)
        return
    print_table(
        ["name", "family", "directions", "size", "licence", "default for", "description"],
        [
            [
                model["name"],
                model["family"],
                " ".join(model["directions"]),
                _megabytes(model["size"]),
                model["licence"],
                " ".join(model["default_for"]),
                model["description"],
            ]
            for model in described
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


def _describe(model: Model) -> dict[str, Any]:
    return {
        "name": model.name,
        "family": str(model.family),
        "directions": sorted(map(str, model.directions)),
        "size": model.size,
        "licence": model.licence,
        "default_for": sorted(map(str, model.default_for)),
        "description": model.description,
    }


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
