"""How well the checks of digestlang.quality tell damaged translations from right ones.

    python eval/calibrate.py [SET...]

Every reference of a set is damaged in each of several ways, with a fixed seed. Prints, as Markdown
tables: how many right references a check complains about (false alarms), and of each damage how
many cases any check finds, and which check finds most.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from random import Random

import click

from digestlang.digest.document import Format
from digestlang.evaluation import load_set
from digestlang.evaluation.measures import Case
from digestlang.languages import DIRECTIONS, Language
from digestlang.quality import names
from digestlang.quantities import read_quantities

Damage = Callable[[Case, Random], str | None]  # the damaged translation; None where it cannot be


def change_digit(case: Case, rng: Random) -> str | None:
    digits = [match.start() for match in re.finditer(r"\d", case.reference)]
    if not digits:
        return None
    place = rng.choice(digits)
    other = rng.choice([digit for digit in "123456789" if digit != case.reference[place]])
    return case.reference[:place] + other + case.reference[place + 1 :]


def drop_number(case: Case, rng: Random) -> str | None:
    found = list(re.finditer(r"\d+(?:[.,]\d+)*%?", case.reference))
    if not found:
        return None
    match = rng.choice(found)
    return case.reference[: match.start()] + case.reference[match.end() :]


def change_unit(case: Case, rng: Random) -> str | None:
    measured = [one for one in read_quantities(case.reference) if one.unit]
    if not measured or not any(one.unit for one in read_quantities(case.source)):
        return None
    one = rng.choice(measured)
    other = "kg" if one.unit != "grams" else "km"
    return case.reference.replace(one.spelling, f"{one.number} {other}", 1)


def misspell_name(case: Case, rng: Random) -> str | None:
    kept = [name for name in names(case.source) if len(name) > 2 and name in case.reference]
    if not kept:
        return None
    name = rng.choice(kept)
    place = rng.randrange(1, len(name))
    return case.reference.replace(name, name[:place] + name[place - 1] + name[place + 1 :])


def loop(case: Case, rng: Random) -> str | None:
    words = case.reference.split()
    if len(words) < 4:
        return None
    place = rng.randrange(1, len(words))
    return " ".join(words[:place] + [words[place - 1]] * 4 + words[place:])


def repeat_sentence(case: Case, rng: Random) -> str | None:
    return f"{case.reference} {case.reference}"


def cut_short(case: Case, rng: Random) -> str | None:
    words = case.reference.split()
    return " ".join(words[: len(words) // 3]) if len(words) > 5 else None


def copy_source(case: Case, rng: Random) -> str | None:
    return case.source


def mix_scripts(case: Case, rng: Random) -> str | None:
    if case.direction.target is Language.KOREAN:
        return None
    hangul = re.findall("[가-힣]+", case.source)
    return f"{case.reference} {rng.choice(hangul)}" if hangul else None


def open_bracket(case: Case, rng: Random) -> str | None:
    match = re.search(r"[)\]]", case.reference)
    return case.reference.replace(match[0], "", 1) if match else None


def nothing(case: Case, rng: Random) -> str | None:
    return "."


DAMAGES: dict[str, Damage] = {
    "a digit changed": change_digit,
    "a number dropped": drop_number,
    "a unit changed": change_unit,
    "a name misspelt": misspell_name,
    "a word four times over": loop,
    "the sentence twice": repeat_sentence,
    "two thirds cut off": cut_short,
    "the source copied": copy_source,
    "a Korean word left over": mix_scripts,
    "a bracket lost": open_bracket,
    "empty": nothing,
}


@click.command(help=__doc__)
@click.argument("sets", nargs=-1)
def main(sets: tuple[str, ...]) -> None:
    alarms: Counter[str] = Counter()
    cases: Counter[str] = Counter()
    caught: Counter[str] = Counter()
    by: dict[str, Counter[str]] = {name: Counter() for name in DAMAGES}
    clean = flagged = 0
    rng = Random(0)
    for name in sets or ("sentences",):
        for pair in load_set(name).pairs:
            for direction in DIRECTIONS:
                source, reference = pair.source(direction), pair.references(direction)[0]
                format_ = pair.format or Format.TEXT
                right = Case(source, reference, reference, direction, format_)
                clean += 1
                flagged += bool(right.flags())
                alarms.update(right.flags())
                for kind, damage in DAMAGES.items():
                    text = damage(right, rng)
                    if text is None or text == reference:
                        continue
                    flags = Case(source, text, reference, direction, format_).flags()
                    cases[kind] += 1
                    caught[kind] += bool(flags)
                    by[kind].update(flags)
    click.echo(f"{clean} right translations, {flagged} with a false alarm ", nl=False)
    click.echo(f"({100 * flagged / clean:.1f} %): {dict(alarms)}\n")
    click.echo("| damage | cases | found | by |\n|---|---|---|---|")
    for kind, count in cases.items():
        found = ", ".join(f"{check} {hits}" for check, hits in by[kind].most_common(3))
        click.echo(f"| {kind} | {count} | {100 * caught[kind] / count:.1f} % | {found} |")


if __name__ == "__main__":
    main()
