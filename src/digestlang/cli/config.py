"""``digestlang config``: which settings there are, what they are, and where each comes from.

The tables of the configuration file become click's ``default_map``, so that an option on the
command line, its environment variable and the file come in that order for every command.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import click

from digestlang import settings
from digestlang.checksums import cache_folder
from digestlang.cli.options import json_option, print_json, print_table
from digestlang.errors import UsageError
from digestlang.languages import DIRECTIONS
from digestlang.models import chosen_defaults, own_folder

_NOT_SET = "default"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its value as text, where that comes from, and the variable that would set it."""

    name: str
    value: str
    origin: str
    variable: str


def default_map(group: click.Group) -> dict[str, Any]:
    """What the configuration file sets, as click wants it: options by their parameters' names.

    Raises:
        UsageError: if the file names a command or an option that there is not.
    """
    tables = settings.read_config()
    return _mapped(group, {k: v for k, v in tables.items() if k != settings.TABLE}, "")


def _mapped(group: click.Group, tables: dict[str, Any], path: str) -> dict[str, Any]:
    mapped: dict[str, Any] = {}
    for name, table in tables.items():
        command = group.commands.get(name)
        if command is None or not isinstance(table, dict):
            raise UsageError(f"{settings.config_path()}: there is no command [{path}{name}]")
        if isinstance(command, click.Group):
            mapped[name] = _mapped(command, table, f"{path}{name}.")
            continue
        options = {spelling: option for option, spelling in _options(command)}
        for key in table:
            if key not in options:
                raise UsageError(f"{settings.config_path()}: [{path}{name}] has no option {key!r}")
        mapped[name] = {str(options[key].name): value for key, value in table.items()}
    return mapped


def _options(command: click.Command) -> Iterator[tuple[click.Option, str]]:
    """Every option of a command that may be set, and its name in the file."""
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.expose_value:
            longest = max(parameter.opts, key=len)
            yield parameter, longest.lstrip("-")


@click.command()
@click.option("--all", "everything", is_flag=True, help="Show options left at their defaults too.")
@json_option
@click.pass_context
def config(context: click.Context, everything: bool, as_json: bool) -> None:
    """Show every setting, its value, and where that comes from.

    An option on the command line comes first, then its environment variable, then the configuration
    file (TOML: a table a command, [translate] for instance), then the default.
    """
    found = [*_general(), *_set_options(context.find_root(), everything=everything)]
    if as_json:
        print_json([asdict(setting) for setting in found])
        return
    print_table(
        ["setting", "value", "from", "variable"],
        [[one.name, one.value, one.origin, one.variable] for one in found],
    )


def _general() -> Iterator[Setting]:
    path = settings.config_path()
    state = "there is one" if path.is_file() else "there is none"
    origin = "DIGESTLANG_CONFIG" if os.environ.get("DIGESTLANG_CONFIG") else _NOT_SET
    yield Setting("configuration file", f"{path} ({state})", origin, "DIGESTLANG_CONFIG")
    defaults = {"models": own_folder(), "cache": cache_folder(), "offline": settings.is_offline()}
    for name, value in defaults.items():
        _, origin = settings.located(name)
        if name == "offline" and origin == _NOT_SET and settings.is_offline():
            origin = "HF_HUB_OFFLINE"
        yield Setting(name, str(value), origin, f"DIGESTLANG_{name.upper()}")
    chosen = chosen_defaults()
    for direction in DIRECTIONS:
        if direction in chosen:
            yield Setting(
                f"model for {direction}", chosen[direction], "digestlang models default", ""
            )


def _set_options(root: click.Context, *, everything: bool) -> Iterator[Setting]:
    assert isinstance(root.command, click.Group)
    yield from _group_options(root.command, root.default_map or {}, "", everything=everything)


def _group_options(
    group: click.Group, defaults: Any, path: str, *, everything: bool
) -> Iterator[Setting]:
    for name, command in sorted(group.commands.items()):
        table = defaults.get(name) or {}
        if isinstance(command, click.Group):
            yield from _group_options(command, table, f"{path}{name} ", everything=everything)
            continue
        for option, spelling in _options(command):
            words = f"digestlang {path}{name} {option.name}"
            variable = words.replace(" ", "_").replace("-", "_").upper()
            if value := os.environ.get(variable):
                yield Setting(f"{path}{name} --{spelling}", value, variable, variable)
            elif option.name in table:
                origin = str(settings.config_path())
                yield Setting(
                    f"{path}{name} --{spelling}", str(table[option.name]), origin, variable
                )
            elif everything:
                value = "" if option.default is None else str(option.default)
                yield Setting(f"{path}{name} --{spelling}", value, _NOT_SET, variable)
