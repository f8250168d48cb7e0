"""Rewrite aligned pairs into the examples the translator has to be good at.

Everything here is a pure function of its arguments and of the random generator it is given. A pair
is `(en, ko)`. Placeholders are first written as private-use characters, one a placeholder and the
same on both sides, and receive their numbers at the very end by `number_placeholders`, since the
numbers follow the order of whichever side turns out to be the source.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from random import Random

Texts = tuple[str, str]

PLACEHOLDERS = 9
MARK = 0xE000
MARKS = re.compile(f"[{chr(MARK)}-{chr(MARK + 255)}]")
MARKUP = re.compile(
    r"(?P<code>``?[^`\n]+?``?)"
    r"|(?P<math>\$\$?[^$\n가-힣]{1,80}\$?\$)"
    r"|(?P<url>https?://[^\s<>)\]]*[\w/])"
    r"|\*\*(?P<bold>[^*\n]+?)\*\*"
    r"|\[(?P<link>[^\]\n]+)\]\((?P<target>[^)\s]+)\)"
)
LATIN = r"[A-Za-z][A-Za-z0-9]*(?:[-_./+&][A-Za-z0-9]+)*"
LATIN_RUN = re.compile(rf"(?<![A-Za-z0-9]){LATIN}(?: (?:{LATIN}|\d+(?:\.\d+)?[A-Z]?\b))*")
LATIN_WORD = re.compile(rf"(?<![A-Za-z0-9]){LATIN}")
NUMBER = re.compile(r"(?<![A-Za-z0-9.,-])\d+(?:[.,]\d+)*%?(?![A-Za-z0-9])")
GLOSS = re.compile(r"\([A-Za-z][^()가-힣]*\)")
SENTENCE_END = re.compile(r"([.!?]?)$")

# Labels digests put before their bullets. The Korean ones are this project's own wording.
LABELS: tuple[Texts, ...] = (
    ("What's New", "새로운 점"),
    ("Technical Details", "기술적 세부 사항"),
    ("Performance Highlights", "성능 요점"),
    ("Key findings", "주요 결과"),
    ("Key contributions", "주요 기여"),
    ("Follow-up questions", "후속 질문"),
    ("Limitations", "한계"),
    ("Background", "배경"),
    ("Objective", "목표"),
    ("Method", "방법"),
    ("Methodology", "방법론"),
    ("Results", "결과"),
    ("Main result", "주요 결과"),
    ("Conclusion", "결론"),
    ("Summary", "요약"),
    ("Overview", "개요"),
    ("Why it matters", "왜 중요한가"),
    ("Implications for AI practitioners", "AI 실무자를 위한 시사점"),
    ("Note", "참고"),
    ("Dataset", "데이터셋"),
    ("Experiments", "실험"),
    ("Ablation study", "절제 연구"),
    ("Related work", "관련 연구"),
    ("Future work", "향후 연구"),
    ("Evaluation", "평가"),
    ("Code", "코드"),
    ("Applications", "응용"),
    ("Takeaway", "핵심 정리"),
    ("Title", "제목"),
    ("Problem", "문제"),
)
ENUMERATORS = (
    "a) ",
    "b) ",
    "c) ",
    "1. ",
    "2. ",
    "3. ",
    "1) ",
    "2) ",
    "(1) ",
    "(a) ",
    "i) ",
    "Q1. ",
)


class Marks:
    """Hands out private-use characters that stand for placeholders not yet numbered."""

    def __init__(self) -> None:
        self.used = 0

    def __call__(self) -> str:
        self.used += 1
        return chr(MARK + self.used - 1)


def number_placeholders(source: str, target: str, rng: Random) -> Texts | None:
    """Turn marks into `⟦n⟧`, counted in source order; None where the two sides disagree.

    Placeholders of a paragraph are numbered before it is split into sentences, so a sentence may
    start at any number: three in ten examples do.
    """
    order = MARKS.findall(source)
    if sorted(order) != sorted(MARKS.findall(target)) or len(set(order)) != len(order):
        return None
    if len(order) > PLACEHOLDERS:
        return None
    first = rng.randint(1, PLACEHOLDERS + 1 - len(order)) if rng.random() < 0.3 else 1
    names = {mark: f"⟦{number}⟧" for number, mark in enumerate(order, first)}
    return (
        MARKS.sub(lambda match: names[match[0]], source),
        MARKS.sub(lambda match: names[match[0]], target),
    )


def markup_to_marks(texts: Texts, marks: Marks) -> Texts | None:
    """Replace code, math, URLs, links and `**bold**` by marks; None where the sides differ.

    Code, math and URLs become one mark and must be the same on both sides. Emphasis and links keep
    their words between two marks; links are paired by address, emphasis by order of appearance.
    """
    known: dict[tuple[str, str, int], tuple[str, str]] = {}
    sides: list[str] = []
    seen: list[set[tuple[str, str, int]]] = []
    for text in texts:
        counts: Counter[tuple[str, str]] = Counter()
        keys: set[tuple[str, str, int]] = set()

        def replace(
            match: re.Match[str],
            counts: Counter[tuple[str, str]] = counts,
            keys: set[tuple[str, str, int]] = keys,
        ) -> str:
            kind = match.lastgroup or ""
            inner = match["bold"] or match["link"]
            content = match["target"] if kind == "target" else "" if inner else match[0].strip("`")
            counts[kind, content] += 1
            key = (kind, content, counts[kind, content])
            keys.add(key)
            if key not in known:
                known[key] = (marks(), marks() if inner else "")
            opening, closing = known[key]
            return f"{opening}{inner}{closing}" if inner else opening

        sides.append(MARKUP.sub(replace, text))
        seen.append(keys)
    if seen[0] != seen[1] or any("`" in side or "**" in side for side in sides):
        return None
    return sides[0], sides[1]


def occurrences(needle: str, text: str) -> list[int]:
    """Where a name or number stands by itself, not inside a longer Latin word or number."""
    pattern = rf"(?<![A-Za-z0-9]){re.escape(needle)}(?![A-Za-z0-9])"
    return [match.start() for match in re.finditer(pattern, text)]


def shared_spans(texts: Texts, pattern: re.Pattern[str]) -> list[str]:
    """Spans of the Korean side that occur exactly once on both sides."""
    en, ko = texts
    found = dict.fromkeys(match[0] for match in pattern.finditer(ko))
    return [s for s in found if len(occurrences(s, en)) == 1 and len(occurrences(s, ko)) == 1]


def shared_names(texts: Texts) -> list[str]:
    """Latin names on both sides, whole runs such as `LLaMA-2 7B` before their single words."""
    runs = shared_spans(texts, LATIN_RUN)
    inside = {word for run in runs for word in LATIN_WORD.findall(run)}
    singles = [word for word in shared_spans(texts, LATIN_WORD) if word not in inside]
    return [name for name in runs + singles if len(name) > 1]


def substitute(texts: Texts, span: str, replacement: str) -> Texts:
    """Replace a span that occurs once on either side; unchanged where it does not."""
    en, ko = texts
    starts = occurrences(span, en), occurrences(span, ko)
    if len(starts[0]) != 1 or len(starts[1]) != 1:
        return texts
    en = en[: starts[0][0]] + replacement + en[starts[0][0] + len(span) :]
    ko = ko[: starts[1][0]] + replacement + ko[starts[1][0] + len(span) :]
    return en, ko


def hide_spans(texts: Texts, marks: Marks, rng: Random) -> Texts:
    """Put one to four identical spans behind placeholders, whole or with a pair around them.

    Names and bracketed glosses are hidden (a citation, code or a formula will stand there) or
    wrapped (emphasis, a link); numbers are only ever wrapped, for the model has to see them.
    """
    names = shared_names(texts)
    numbers = shared_spans(texts, NUMBER)
    glosses = shared_spans(texts, GLOSS)
    candidates = [(name, rng.random() < 0.6) for name in names]
    candidates += [(number, False) for number in numbers]
    candidates += [(gloss, True) for gloss in glosses if rng.random() < 0.3]
    rng.shuffle(candidates)
    room = min(rng.choice((1, 1, 2, 2, 3, 4)), len(candidates))
    for span, whole in candidates[:room]:
        opening = marks()
        texts = substitute(texts, span, opening if whole else f"{opening}{span}{marks()}")
    return texts


def cite(texts: Texts, marks: Marks, rng: Random) -> Texts:
    """Append one or two placeholders before the full stop of both sides, as citations stand."""
    tail = " " + "".join(marks() for _ in range(rng.choice((1, 1, 2))))
    en, ko = (SENTENCE_END.sub(lambda end: tail + end[1], text, count=1) for text in texts)
    return en, ko


def wrap(texts: Texts, marks: Marks) -> Texts:
    """Put a pair of placeholders around both sides as a whole, as for a sentence in bold."""
    opening, closing = marks(), marks()
    return f"{opening}{texts[0]}{closing}", f"{opening}{texts[1]}{closing}"


def label(texts: Texts, marks: Marks, rng: Random) -> Texts:
    """Put a label such as `Key findings:` in front, more often than not within a pair."""
    front = rng.choice(LABELS)
    colon = ":"
    if rng.random() < 0.7:
        opening, closing = marks(), marks()
        inside = rng.random() < 0.3
        ends = (colon + closing) if inside else (closing + colon)
        front = (opening + front[0] + ends, opening + front[1] + ends)
    else:
        front = (front[0] + colon, front[1] + colon)
    number = f" {rng.randint(1, 3)}." if rng.random() < 0.15 else ""
    return f"{front[0]}{number} {texts[0]}", f"{front[1]}{number} {texts[1]}"


def swap_numbers(texts: Texts, rng: Random) -> Texts:
    """Give numbers of two digits or more that both sides share other digits, equally many."""
    for number in shared_spans(texts, NUMBER):
        if sum(map(str.isdigit, number)) < 2:
            continue  # single digits decide grammar: one model, two models
        digits = [rng.choice("0123456789") if char.isdigit() else char for char in number]
        if digits[0] == "0" and number[0] != "0":
            digits[0] = rng.choice("123456789")
        texts = substitute(texts, number, "".join(digits))
    return texts


class NameMaker:
    """Makes names such as `Foo-VL2`, some collected from text and some put together.

    A replacement ends in the same character as the name it replaces: the Korean particle after a
    name depends on how its last sound is read, and so it stays right.
    """

    SYLLABLES = tuple(
        "ar al be bo ca co cor da del di do el en er fi flo flu fu ga gen gro ha hel hy in ka ko "
        "la le li lo lu ma mer mi mo mu na neo ni no nova o om or pa pi pro qua ra re ri ro ru sa "
        "sen si so sta sy ta te ti to tra tri tu u va ve vi vo wa xe ya ze zo".split()
    )
    HEADS = ("Auto", "Bi", "Co", "Deep", "Diff", "Fast", "Flex", "Gen", "Graph", "Hyper", "Meta",
             "Mini", "Multi", "Neo", "Omni", "Open", "Sim")  # fmt: skip
    TAILS = ("Bench", "Net", "Former", "LM", "GPT", "BERT", "Agent", "Diffusion", "Eval", "Gen",
             "QA", "RAG", "RL", "VL", "VLM", "ViT", "CLIP", "Math", "Code", "3D", "2", "XL", "Hub",
             "Flow", "Seg", "Mix")  # fmt: skip

    def __init__(self, collected: Sequence[str]) -> None:
        self.by_ending: dict[str, list[str]] = {}
        for name in collected:
            self.by_ending.setdefault(name[-1], []).append(name)

    def invent(self, rng: Random) -> str:
        """A made-up name, with or without a head, a tail, a version and a hyphen."""
        stem = "".join(rng.choice(self.SYLLABLES) for _ in range(rng.choice((2, 2, 3))))
        style = rng.random()
        if style < 0.15:
            stem = "".join(
                rng.choice("ABCDEFGHIKLMNOPQRSTUVWXYZ") for _ in range(rng.randint(2, 5))
            )
        elif style < 0.95:
            stem = stem.capitalize()
        name = rng.choice(self.HEADS) + stem if rng.random() < 0.2 else stem
        if rng.random() < 0.5:
            name += rng.choice(("", "-")) + rng.choice(self.TAILS)
        if rng.random() < 0.25:
            name += rng.choice(("-", "", "-v")) + rng.choice(
                ("2", "3", "1.5", "7B", "0.5B", "14", "72B")
            )
        return name

    def like(self, name: str, rng: Random) -> str:
        """Another name with the same last character."""
        collected = self.by_ending.get(name[-1], [])
        if collected and rng.random() < 0.5:
            return rng.choice(collected)
        invented = self.invent(rng)
        if invented[-1] == name[-1]:
            return invented
        joint = "-" if name[-1].isupper() or name[-1].isdigit() else ""
        return invented + joint + name[-1]


def looks_named(word: str) -> bool:
    """Whether a Latin word looks like the name of a model, method or dataset: `Foo-VL2`, `GPTx`."""
    return len(word) > 3 and any(char.isupper() or char.isdigit() for char in word[1:])


def swap_names(texts: Texts, names: NameMaker, frequency: Counter[str], rng: Random) -> Texts:
    """Replace rare names (fewer than 20 times in the corpus) that both sides share by others.

    A capitalised Latin word of a Korean sentence is a name, whatever it looks like (`Prophet`).
    """
    for name in shared_spans(texts, LATIN_WORD):
        named = looks_named(name) or (len(name) > 3 and name[0].isupper())
        if named and frequency[name] < 20:
            texts = substitute(texts, name, names.like(name, rng))
    return texts


def copy_names(names: NameMaker, rng: Random) -> Texts:
    """A line of names that is its own translation, the last two joined by `and` and `및`."""
    listed = [names.invent(rng) for _ in range(rng.choice((1, 1, 2, 3, 4)))]
    if len(listed) == 1:
        return listed[0], listed[0]
    head = ", ".join(listed[:-1])
    comma = "," if len(listed) > 2 else ""
    return f"{head}{comma} and {listed[-1]}", f"{head} 및 {listed[-1]}"


def lower_case(text: str) -> str:
    """Lower-case copy, as sloppy headings and chat have it; names with digits keep their form."""
    return " ".join(word if looks_named(word) else word.lower() for word in text.split(" "))


def title_case(text: str) -> str:
    """Title-case copy as paper titles have it: short function words stay small."""
    small = {
        "a",
        "an",
        "the",
        "of",
        "for",
        "and",
        "or",
        "in",
        "on",
        "to",
        "with",
        "by",
        "from",
        "as",
    }
    return " ".join(
        word if not word or (index and word.lower() in small) else word[0].upper() + word[1:]
        for index, word in enumerate(text.split(" "))
    )


Chance = Callable[[str], bool]


def augment(
    texts: Texts, names: NameMaker, frequency: Counter[str], chance: Chance, rng: Random
) -> Texts | None:
    """One random version of a pair, with marks for placeholders; None where markup disagrees.

    `chance(name)` throws the dice for a step by the probability the configuration gives it.
    """
    marks = Marks()
    marked = markup_to_marks(texts, marks)
    if marked is None:
        return None
    texts = marked
    if chance("swap_names"):
        texts = swap_names(texts, names, frequency, rng)
    if chance("swap_numbers"):
        texts = swap_numbers(texts, rng)
    if chance("placeholders") and not marks.used:
        texts = hide_spans(texts, marks, rng)
    if chance("wrap") and marks.used <= 4:
        texts = wrap(texts, marks)
    if chance("cite"):
        texts = cite(texts, marks, rng)
    if chance("label"):
        texts = label(texts, marks, rng)
    elif chance("enumerate"):
        front = rng.choice(ENUMERATORS)
        texts = front + texts[0], front + texts[1]
    return texts
