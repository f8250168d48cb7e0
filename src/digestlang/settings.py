"""Settings that hold for every command, and the one order in which they are looked for.

An option on the command line comes first, then the environment (``DIGESTLANG_…``), then the user's
configuration file, then the default. The file is TOML in the platform's configuration folder: a
table of the settings below, and one a command with that command's options:

    [general]
    models = "/data/models"

    [translate]
    layout = "table"
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import platformdirs

from digestlang.errors import UsageError

TABLE = "general"
GENERAL = ("models", "cache", "offline")  # each also DIGESTLANG_MODELS, …


def config_path() -> Path:
    """Where the configuration file is: ``DIGESTLANG_CONFIG``, or in the platform's folder."""
    user = os.environ.get("DIGESTLANG_CONFIG")
    return Path(user) if user else platformdirs.user_config_path("digestlang") / "config.toml"


def read_config() -> dict[str, dict[str, Any]]:
    """Return the tables of the configuration file; nothing if there is none.

    Raises:
        UsageError: if it cannot be read, is not where ``DIGESTLANG_CONFIG`` says, or sets what
            cannot be set.
    """
    path = config_path()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if os.environ.get("DIGESTLANG_CONFIG"):
            raise UsageError(f"{path}: there is no such file (DIGESTLANG_CONFIG)") from None
        return {}
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read as TOML ({error})") from None
    for name, table in content.items():
        if not isinstance(table, dict):
            raise UsageError(f"{path}: {name!r} stands in no table, such as [general]")
    if unknown := sorted(content.get(TABLE, {}).keys() - set(GENERAL)):
        known = ", ".join(GENERAL)
        raise UsageError(f"{path}: [{TABLE}] has no setting {unknown[0]!r}; it has {known}")
    return content


def located(name: str) -> tuple[str, str]:
    """Return a general setting's value, empty if it is not set, and where that comes from."""
    variable = f"DIGESTLANG_{name.upper()}"
    if value := os.environ.get(variable):
        return value, variable
    value = read_config().get(TABLE, {}).get(name)
    if value is None or value is False:
        return "", "default"
    return str(value), str(config_path())


def value(name: str) -> str:
    """Return a general setting's value; empty if it is not set."""
    return located(name)[0]


def is_offline() -> bool:
    """Whether nothing may ask the network: ``--offline``, or ``HF_HUB_OFFLINE``."""
    return any(
        text.lower() in ("1", "true", "yes", "on")
        for text in (value("offline"), os.environ.get("HF_HUB_OFFLINE", ""))
    )
