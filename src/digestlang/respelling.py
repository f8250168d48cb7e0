"""Put names and numbers that a translation misspells right, where they stand in it.

A small model writes ``LLaVA-NDir`` for ``LLaVA-NEXT``; its attention still tells where it meant to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from digestlang import particles, quality
from digestlang.alignment import Alignment, Place
from digestlang.protection import whole_names


def respell(source: str, missing: Iterable[str], alignment: Alignment) -> str:
    """Return a translation with names and numbers of its source where it misspells them.

    ``missing`` are those that the translation does not have; ``alignment`` is the translation's.
    """
    text = alignment.text
    spots: dict[Place, str] = {}
    for match in whole_names(missing).finditer(source):
        place = alignment.project(*match.span())
        if place and _is_misspelling(text[slice(*place)], match.group(), source):
            spots[place] = match.group()
    begun = len(text)
    for (start, end), name in sorted(spots.items(), reverse=True):
        if end <= begun:
            text = text[:start] + name + particles.fitted(name, text[end:])
            begun = start
    return text


def _is_misspelling(words: str, name: str, source: str) -> bool:
    """Whether some words can be meant for a name; they are not if they are right elsewhere."""
    right = any(word in source for word in (*quality.names(words), *quality.numbers(words)))
    wanted = r"\d" if name[0].isdigit() else "[A-Za-z]"
    return (
        not right
        and len(words) <= 2 * len(name) + 4
        and bool(re.search(wanted, words))
        and not re.search(r"[\s⟦⟧]", words)
    )
