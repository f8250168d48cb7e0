"""Where each translation of a run goes, and that it overwrites nothing it must not."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from digestlang.digest import files
from digestlang.digest.document import Document, Format
from digestlang.errors import UsageError
from digestlang.languages import Language


class Outputs:
    """The outputs of one run: standard output, one file, or a file for each input."""

    def __init__(self, wanted: str | None, sources: Sequence[files.Source], *, force: bool) -> None:
        """``wanted`` is a file, a directory, ``-``, or None for the default.

        Raises:
            UsageError: if several inputs would go into one file or to standard output.
        """
        self._wanted = wanted
        self._force = force
        # A directory is written to as one even if it has but one digest today.
        self._several = len(sources) > 1 or any(source.from_directory for source in sources)
        self._taken = {name: "an input" for s in sources for name in _identities(s.path)}
        if self._several and wanted == files.STDIN:
            raise UsageError("several files cannot go to standard output; name a directory with -o")
        if self._several and wanted is not None and Path(wanted).is_file():
            raise UsageError(f"{wanted} is a file; several translations need a directory")

    def claim(self, path: Path, purpose: str) -> Path:
        """Reserve a path.

        Raises:
            UsageError: if it is an input, or already an output of this run.
            OutputError: if it exists and must not be overwritten.
        """
        other = next((self._taken[n] for n in _identities(path) if n in self._taken), None)
        if other == "an input":
            raise UsageError(f"{path}: {purpose} would overwrite the input; choose another with -o")
        if other is not None:
            raise UsageError(f"{path}: {purpose} would overwrite {other} of this run; use -o")
        files.check_writable(path, force=self._force)
        self._taken[path.resolve()] = purpose
        return path

    def claim_report(self, path: Path) -> None:
        """Reserve the report's path; - is standard output, if the translation is elsewhere.

        Raises:
            UsageError, OutputError: see :meth:`claim`.
        """
        if str(path) != files.STDIN:
            self.claim(path, "the report")
        elif self._to_standard_output:
            raise UsageError("the report and the translation cannot both go to standard output")

    @property
    def _to_standard_output(self) -> bool:
        return self._wanted == files.STDIN or (self._wanted is None and not self._several)

    def path_for(
        self, source: files.Source, document: Document, target: Callable[[], Language]
    ) -> Path | None:
        """Return where a translation goes; None is standard output.

        ``target`` is asked only if the name depends on it.

        Raises:
            UsageError, OutputError: see :meth:`claim`.
        """
        wanted = self._wanted
        if self._to_standard_output:
            return None
        if wanted is None:
            path = files.output_name(source.path, target())
        elif self._several or _names_directory(wanted):
            suffix = _SUFFIX[document.format]
            relative = Path(f"digest{suffix}") if source.is_stdin else source.relative
            path = Path(wanted) / files.output_name(relative, target())
        else:
            path = Path(wanted)
        return self.claim(path, "the output")


_SUFFIX = {Format.MARKDOWN: ".md", Format.TEXT: ".txt", Format.JSONL: ".jsonl"}


def _names_directory(wanted: str) -> bool:
    return wanted.endswith(("/", os.sep)) or Path(wanted).is_dir()


def _identities(path: Path) -> Iterator[Path | tuple[int, int]]:
    """Yield what two names of one file have in common: the real path, or the inode."""
    yield path.resolve()
    if path.exists():
        status = path.stat()
        yield status.st_dev, status.st_ino
