"""The translation memory: SQLite, and an engine that asks it before it asks another.

A sentence is translated once. It is found again by its text (NFC), direction and the key of the
engine (model, weights and decoding options). Translations that people made, imported from TMX, have
no such key and are preferred to any model's.
"""

from __future__ import annotations

import json
import sqlite3
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from digestlang.alignment import Alignment
from digestlang.engines.base import Engine, Hypothesis
from digestlang.errors import TranslationMemoryError
from digestlang.languages import Direction

HUMAN = ""  # the key of translations that no model made
_BATCH = 500  # sentences a query, under SQLite's limit of variables


def default_path() -> Path:
    """Where the memory is kept unless the user says otherwise."""
    return platformdirs.user_data_path("digestlang") / "memory.sqlite3"


@dataclass(frozen=True, slots=True)
class Entry:
    """One remembered translation; ``key`` is the engine's, or :data:`HUMAN`."""

    source: str
    target: str
    direction: Direction
    key: str = HUMAN
    created: str = ""  # ISO 8601, UTC
    alternatives: tuple[str, ...] = ()  # see Hypothesis


def _create(connection: sqlite3.Connection) -> None:
    connection.execute(
        """CREATE TABLE translation (
            source TEXT NOT NULL, direction TEXT NOT NULL, key TEXT NOT NULL,
            target TEXT NOT NULL, created TEXT NOT NULL,
            PRIMARY KEY (source, direction, key)
        ) WITHOUT ROWID"""
    )


def _add_alternatives(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE translation ADD COLUMN alternatives TEXT NOT NULL DEFAULT '[]'")


def _add_alignments(connection: sqlite3.Connection) -> None:
    connection.execute(
        """CREATE TABLE alignment (
            source TEXT NOT NULL, target TEXT NOT NULL, direction TEXT NOT NULL, key TEXT NOT NULL,
            alignment TEXT NOT NULL,
            PRIMARY KEY (source, target, direction, key)
        ) WITHOUT ROWID"""
    )


# Applied in order to a memory made by an earlier version; PRAGMA user_version counts them.
_MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    _create,
    _add_alternatives,
    _add_alignments,
)


class Memory:
    """A translation memory in one SQLite file, safe for several processes at once (WAL)."""

    def __init__(self, path: Path) -> None:
        """Open the memory, or start one; its folder is made if need be.

        Raises:
            TranslationMemoryError: if the file cannot be opened or is not a memory.
        """
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=30, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise self._error("opened", error) from None
        with self._transaction("opened", immediate=False) as connection:
            (done,) = connection.execute("PRAGMA user_version").fetchone()
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if tables and "translation" not in tables:
            raise self._error("opened", ValueError("it is another program's database"))
        if done > len(_MIGRATIONS):
            raise TranslationMemoryError(
                f"{path}: made by a newer digestlang; upgrade, or use another with --memory"
            )
        if done < len(_MIGRATIONS):
            self._migrate()

    def close(self) -> None:
        """Close the file; the memory cannot be used any more."""
        self._connection.close()

    def __enter__(self) -> Memory:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def find(self, sources: Sequence[str], direction: Direction, key: str) -> dict[str, Hypothesis]:
        """Return the remembered translations of those sources that have one."""
        found: dict[str, Hypothesis] = {}
        normal = {normalised(source): source for source in sources}
        waiting = list(normal)
        with self._transaction("read", immediate=False) as connection:
            for start in range(0, len(waiting), _BATCH):
                batch = waiting[start : start + _BATCH]
                marks = ",".join("?" * len(batch))
                rows = connection.execute(
                    "SELECT source, target, alternatives FROM translation "
                    f"WHERE source IN ({marks}) "
                    "AND direction = ? AND key IN (?, ?) ORDER BY key DESC",  # HUMAN comes last
                    (*batch, str(direction), key, HUMAN),
                )
                for source, target, alternatives in rows:
                    others = tuple(json.loads(alternatives))
                    found[source] = Hypothesis(target, others, remembered=True)
        return {
            source: found[normalised(source)] for source in sources if normalised(source) in found
        }

    def add(self, entries: Iterable[Entry]) -> int:
        """Remember translations, in one transaction; return how many. The newest of a key stays."""
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        rows = [
            (
                normalised(e.source),
                str(e.direction),
                e.key,
                e.target,
                e.created or now,
                json.dumps(e.alternatives, ensure_ascii=False),
            )
            for e in entries
        ]
        with self._transaction("written") as connection:
            connection.executemany("INSERT OR REPLACE INTO translation VALUES (?,?,?,?,?,?)", rows)
        return len(rows)

    def find_alignment(
        self, source: str, target: str, direction: Direction, key: str
    ) -> Alignment | None:
        """Return the remembered alignment of a translation by an engine, if there is one."""
        with self._transaction("read", immediate=False) as connection:
            row = connection.execute(
                "SELECT alignment FROM alignment "
                "WHERE source = ? AND target = ? AND direction = ? AND key = ?",
                (source, target, str(direction), key),
            ).fetchone()
        return Alignment(target, *json.loads(row[0])) if row else None

    def add_alignment(
        self, source: str, alignment: Alignment, direction: Direction, key: str
    ) -> None:
        """Remember which words of a translation stand for which of its source."""
        content = json.dumps([alignment.source, alignment.target, alignment.attention])
        row = (source, alignment.text, str(direction), key, content)
        with self._transaction("written") as connection:
            connection.execute("INSERT OR REPLACE INTO alignment VALUES (?,?,?,?,?)", row)

    def entries(self) -> Iterator[Entry]:
        """Yield everything remembered, in a fixed order."""
        with self._transaction("read", immediate=False) as connection:
            for source, direction, key, target, created, alternatives in connection.execute(
                "SELECT source, direction, key, target, created, alternatives FROM translation "
                "ORDER BY direction, key, source"
            ):
                others = tuple(json.loads(alternatives))
                yield Entry(source, target, Direction.parse(direction), key, created, others)

    def counts(self) -> list[tuple[str, str, int]]:
        """Return (direction, key, number of translations) for all there are."""
        with self._transaction("read", immediate=False) as connection:
            return connection.execute(
                "SELECT direction, key, count(*) FROM translation GROUP BY direction, key"
            ).fetchall()

    def clear(self, *, key: str | None = None) -> int:
        """Forget everything, or what one key remembers; return how many translations."""
        condition, values = ("", ()) if key is None else (" WHERE key = ?", (key,))
        with self._transaction("written") as connection:
            count = connection.execute(f"DELETE FROM translation{condition}", values).rowcount
            connection.execute(f"DELETE FROM alignment{condition}", values)
        with self._errors("written"):
            self._connection.execute("VACUUM")
        return count

    def _migrate(self) -> None:
        with self._errors("opened"):  # the journal mode cannot change inside a transaction
            self._connection.execute("PRAGMA journal_mode = WAL")
        with self._transaction("opened") as connection:
            (done,) = connection.execute("PRAGMA user_version").fetchone()
            for migrate in _MIGRATIONS[done:]:
                migrate(connection)
            connection.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")

    @contextmanager
    def _transaction(self, doing: str, *, immediate: bool = True) -> Iterator[sqlite3.Connection]:
        """All or nothing. A writer takes its lock at once: two wait for each other, in turn."""
        with self._errors(doing):
            self._connection.execute("BEGIN IMMEDIATE" if immediate else "BEGIN")
            try:
                yield self._connection
            except BaseException:
                self._connection.rollback()
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def _errors(self, doing: str) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._error(doing, error) from None

    def _error(self, doing: str, error: Exception) -> TranslationMemoryError:
        return TranslationMemoryError(
            f"{self.path}: the translation memory cannot be {doing} ({error}); "
            "choose another with --memory, or go without with --no-memory"
        )


def normalised(text: str) -> str:
    """The form a source is remembered in: NFC, so that decomposed Hangul is found again."""
    return unicodedata.normalize("NFC", text)


class RememberingEngine:
    """An engine that translates only what its memory does not know, and remembers that."""

    def __init__(self, engine: Engine, memory: Memory) -> None:
        self._engine = engine
        self._memory = memory

    @property
    def key(self) -> str:
        return self._engine.key

    @property
    def placeholders(self) -> bool:
        return self._engine.placeholders

    @property
    def directions(self) -> frozenset[Direction]:
        return self._engine.directions

    def fits(self, source: str, direction: Direction) -> bool:
        return self._engine.fits(source, direction)

    def careful(self) -> Engine:
        return RememberingEngine(self._engine.careful(), self._memory)

    def translate(self, sources: Sequence[str], direction: Direction) -> list[Hypothesis]:
        """Translate; what was not remembered is written in one transaction before returning."""
        known = self._memory.find(sources, direction, self.key)
        unknown = [source for source in dict.fromkeys(sources) if source not in known]
        fresh: dict[str, Hypothesis] = {}
        if unknown:  # an engine that is not asked need not load its model
            fresh = dict(zip(unknown, self._engine.translate(unknown, direction), strict=True))
            self._memory.add(
                Entry(source, new.text, direction, self.key, alternatives=new.alternatives)
                for source, new in fresh.items()
            )
        return [fresh.get(source) or known[source] for source in sources]

    def align(self, source: str, target: str, direction: Direction) -> Alignment:
        """Align; what the memory knows needs no model."""
        known = self._memory.find_alignment(source, target, direction, self.key)
        if known is None:
            known = self._engine.align(source, target, direction)
            self._memory.add_alignment(source, known, direction, self.key)
        return known
