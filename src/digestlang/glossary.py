"""Fixed translations: the labels that every digest repeats and a small model has least to go by.

A heading or table header of one word gives a model no context; a reader expects the same word for
it every day. Only whole units are looked up, never words inside a sentence.
"""

from __future__ import annotations

import re

from digestlang.languages import Direction, Language

# English, Korean; the first English spelling is the one written; ``{}`` is a date or number.
_LABELS: tuple[tuple[str, str], ...] = (
    ("Title", "제목"),
    ("Authors|Author", "저자"),
    ("Summary", "요약"),
    ("Abstract", "초록"),
    ("Paper", "논문"),
    ("Papers", "논문 목록"),
    ("Papers for {}", "{} 논문"),
    ("Daily Papers {}", "오늘의 논문 {}"),
    ("Daily Papers", "오늘의 논문"),
    ("Date", "날짜"),
    ("Link|URL", "링크"),
    ("Links", "관련 링크"),
    ("Source", "출처"),
    ("Category", "분류"),
    ("Keywords", "키워드"),
    ("Topic", "주제"),
    ("Topics", "주제 목록"),
    ("Score", "점수"),
    ("Votes|Vote|Upvotes", "추천"),
    ("Name", "이름"),
    ("Description", "설명"),
    ("Notes|Note", "참고"),
    ("What's New|What’s New", "새로운 점"),
    ("Technical Details", "기술적 세부 사항"),
    ("Performance Highlights", "주요 성능"),
    ("Follow-up questions|Follow-up Questions", "후속 질문"),
    ("Key Points", "핵심 요점"),
    ("Key Findings", "주요 발견"),
    ("Key Contributions", "주요 기여"),
    ("Highlights", "하이라이트"),
    ("Background", "배경"),
    ("Motivation", "동기"),
    ("Method|Methods", "방법"),
    ("Methodology", "방법론"),
    ("Approach", "접근법"),
    ("Experiments", "실험"),
    ("Results", "결과"),
    ("Limitations", "한계"),
    ("Conclusion|Conclusions", "결론"),
    ("Future Work", "향후 연구"),
    ("Introduction", "서론"),
    ("References", "참고 문헌"),
    ("Table of Contents|Contents", "목차"),
    ("Today's News", "오늘의 뉴스"),
    ("News", "뉴스"),
    ("Models", "모델"),
    ("Datasets", "데이터셋"),
    ("Code", "코드"),
    ("Question", "질문"),
    ("Answer", "답변"),
)
_SLOT = r"(\(?[\d][\d./:\-년월일 ]*\)?)"


def label(text: str, direction: Direction) -> str | None:
    """Return the fixed translation of a label, or None if ``text`` is not one.

    Case and spacing make no difference.
    """
    folded = re.sub(r"\s+", " ", text).strip().lower()
    if folded in _TABLES[direction.source]:
        return _TABLES[direction.source][folded]
    for pattern, target in _PATTERNS[direction.source]:
        match = pattern.fullmatch(folded)
        if match:
            return target.replace("{}", match.group(1))
    return None


_Plain = dict[Language, dict[str, str]]
_Slotted = dict[Language, list[tuple[re.Pattern[str], str]]]


def _tables() -> tuple[_Plain, _Slotted]:
    """The labels by source language: plain ones to look up, those with a slot to match."""
    plain: _Plain = {language: {} for language in Language}
    slotted: _Slotted = {language: [] for language in Language}
    for english, korean in _LABELS:
        spellings = english.split("|")
        for language, sources, target in (
            (Language.ENGLISH, spellings, korean),
            (Language.KOREAN, [korean], spellings[0]),
        ):
            for source in sources:
                if "{}" in source:
                    before, after = source.lower().split("{}")
                    pattern = re.compile(re.escape(before) + _SLOT + re.escape(after))
                    slotted[language].append((pattern, target))
                else:
                    plain[language].setdefault(source.lower(), target)
    return plain, slotted


_TABLES, _PATTERNS = _tables()
