"""A progress bar on standard error, if anyone is looking."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from digestlang.pipeline import Progress


@contextmanager
def progress_bar(description: str, total: int | None, *, quiet: bool) -> Iterator[Progress]:
    """A bar with segments done, of a total if it is known, and their speed; on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield lambda count: None
        return
    from rich import progress
    from rich.console import Console
    from rich.text import Text

    class SpeedColumn(progress.ProgressColumn):
        def render(self, task: progress.Task) -> Text:
            return Text(f"{task.speed:.1f} segments/s" if task.speed else "")

    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        SpeedColumn(),
        progress.TimeRemainingColumn(),
    )
    with progress.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(description, total=total)
        yield lambda count: bar.advance(task, count)
