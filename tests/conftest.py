"""Fixtures every test shares: a home of its own, the command line in this process, fake engines."""

from __future__ import annotations

import io
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeEngine, plausible

from digestlang import cli
from digestlang.engines import ENGINES, DecodingOptions, Engine
from digestlang.models import Model

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Run:
    """What one run of the command line gave."""

    code: int
    stdout: bytes
    stderr: str

    @property
    def text(self) -> str:
        return self.stdout.decode()

    @property
    def errors(self) -> list[str]:
        return self.stderr.splitlines()


CommandLine = Callable[..., Run]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cache of the whole session, so that the embedded model is converted once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def home(
    tmp_path_factory: pytest.TempPathFactory, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """An empty home of the test's own; the user's is never touched."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(folder))
    for name in ("DATA", "CONFIG", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(folder / name.lower()))
    monkeypatch.setenv("DIGESTLANG_CACHE", str(cache))
    for variable in ("DIGESTLANG_MODELS", "DIGESTLANG_OFFLINE", "HF_HUB_OFFLINE", "HF_TOKEN"):
        monkeypatch.delenv(variable, raising=False)
    return folder


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in this process reaches any other machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(("127.", "::1")):
            raise AssertionError(f"a connection to {address} was tried")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def digestlang(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> CommandLine:
    """Run the command line in this process: arguments in; exit code, stdout and stderr out."""

    def run(*arguments: str | Path, stdin: bytes = b"") -> Run:
        monkeypatch.setattr(sys, "argv", ["digestlang", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        capfdbinary.readouterr()
        code = 0
        try:
            cli.main()
        except SystemExit as exit_:
            code = exit_.code if isinstance(exit_.code, int) else int(exit_.code is not None)
        out, err = capfdbinary.readouterr()
        return Run(code, out, err.decode())

    return run


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """A fake engine in the place of CTranslate2's, whatever the model."""
    fake = FakeEngine(plausible)

    def load(model: Model, options: DecodingOptions) -> Engine:
        return fake

    monkeypatch.setitem(ENGINES, "ctranslate2", load)
    return fake


@pytest.fixture
def sample_en() -> Path:
    return DATA / "sample.en.md"


@pytest.fixture
def sample_ko() -> Path:
    return DATA / "sample.ko.md"
