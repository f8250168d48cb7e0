"""Heavy libraries stay out until a model needs them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import CommandLine

HEAVY = ("torch", "transformers", "ctranslate2", "sacrebleu")


def imported(*arguments: str | Path) -> list[str]:
    """The heavy libraries that one run of the command line in a fresh process imports."""
    script = (
        "import sys\n"
        "from digestlang.cli import main\n"
        "try:\n    main()\nexcept SystemExit as exit_:\n    assert not exit_.code, exit_.code\n"
        f"print(*[name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stderr.splitlines()[-1].split()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["translate", "--help"],
        ["models", "list"],
        ["memory", "stats"],
    ],
    ids=" ".join,
)
def test_what_needs_no_model_imports_none(arguments: list[str]) -> None:
    assert imported(*arguments) == []


def test_detection_and_dry_runs_import_no_model(sample_en: Path, sample_ko: Path) -> None:
    assert imported("detect", sample_en, sample_ko) == []
    assert imported("translate", "--dry-run", sample_en) == []
    assert imported("translate", "--engine", "identity", sample_en) == []


@pytest.mark.model
def test_a_converted_model_runs_without_torch(digestlang: CommandLine, sample_ko: Path) -> None:
    arguments = ["translate", str(sample_ko), "--no-memory", "--quiet"]
    assert digestlang(*arguments).code == 0  # converts it, if nothing has yet
    assert imported(*arguments) == ["ctranslate2"]


@pytest.mark.model
def test_what_is_remembered_needs_no_model(digestlang: CommandLine, sample_ko: Path) -> None:
    assert digestlang("translate", sample_ko).code == 0
    assert imported("translate", sample_ko) == []
