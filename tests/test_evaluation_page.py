"""The page of a result, looked at in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from test_evaluation_results import BAD, EN_KO, GOOD, PAIRS

from digestlang.evaluation import Pair, PairSet, Result, System, evaluate, result
from digestlang.evaluation.page import page
from digestlang.languages import Language

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
HOSTILE = "</script><script>document.title='owned'</script><!-- <b>&amp;\u2028"


@pytest.fixture(scope="module")
def two_systems() -> Result:
    mixed = [
        good if index % 3 else bad for index, (good, bad) in enumerate(zip(GOOD, BAD, strict=True))
    ]
    systems = [System("small", GOOD), System("other", mixed)]
    hostile = PairSet(
        "hostile",
        [
            Pair(
                "h",
                {Language.ENGLISH: [f"It is {HOSTILE} 7"], Language.KOREAN: [f"이것 {HOSTILE}"]},
            )
        ],
    )
    return result(
        [
            evaluate(PAIRS, EN_KO, systems, samples=100),
            evaluate(hostile, EN_KO, [System(HOSTILE, [f"이것은 {HOSTILE}"])], samples=100),
        ],
        {"beam_size": 4},
    )


def test_nothing_is_loaded_from_elsewhere_and_no_text_can_end_the_script(
    two_systems: Result,
) -> None:
    text = page(two_systems)
    assert "src=" not in text and "@import" not in text and "url(" not in text
    assert text.count("</script>") == 2
    assert "document.title='owned'" in text


@pytest.fixture(scope="module")
def browser_page(
    two_systems: Result, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Page, list[str]]]:
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    path: Path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_text(page(two_systems), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = browser.new_page()
        complaints: list[str] = []
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on("console", lambda message: complaints.append(message.text))
        opened.on("request", lambda request: complaints.append(request.url))
        opened.goto(path.as_uri())
        complaints.remove(path.as_uri())
        yield opened, complaints
        browser.close()


@pytest.fixture
def opened(browser_page: tuple[Page, list[str]]) -> Iterator[Page]:
    """The page as it is first seen; it must not complain, nor ask anybody for anything."""
    opened, complaints = browser_page
    opened.evaluate("location.hash = ''; document.getElementById('search').value = ''; render()")
    yield opened
    assert complaints == []


def scores(opened: Page, column: int) -> list[float]:
    cells = opened.locator(f"#rows tr td:nth-child({column})").all_inner_texts()
    return [float(cell) for cell in cells]


@pytest.mark.browser
def test_the_worst_segments_come_first(opened: Page) -> None:
    expect(opened.locator("#title")).to_have_text("tiny, en-ko")
    expect(opened.locator("#count")).to_have_text("40 of 40")
    found = scores(opened, 3)
    assert len(found) == 40 and found == sorted(found)
    expect(opened.locator("th[aria-sort=ascending] button")).to_have_text("small")


@pytest.mark.browser
def test_sorting_by_any_column_both_ways(opened: Page) -> None:
    opened.locator('button[data-sort="other"]').click()
    up = scores(opened, 4)
    assert up == sorted(up) and up[0] < up[-1]
    opened.locator('button[data-sort="other"]').click()
    assert scores(opened, 4) == sorted(up, reverse=True)
    opened.locator('button[data-sort="id"]').click()
    ids = opened.locator("#rows tr td:first-child").all_inner_texts()
    assert ids == [f"t{number}" for number in range(2, 42)]  # by number, not t10 before t2


@pytest.mark.browser
def test_searching_finds_sources_translations_and_ids(opened: Page) -> None:
    search = opened.locator("#search")
    for words, count in [("run 17 ", 1), ("아무것도", 14), ("T33", 1), ("nowhere", 0), ("", 40)]:
        search.fill(words)
        expect(opened.locator("#count")).to_have_text(f"{count} of 40")
        expect(opened.locator("#rows tr")).to_have_count(count)


@pytest.mark.browser
def test_a_domain_and_failing_checks_can_be_chosen(opened: Page) -> None:
    opened.locator("#domain").select_option("news")
    expect(opened.locator("#count")).to_have_text("20 of 40")
    opened.locator("#flagged").check()
    shown = opened.locator("#rows tr").count()
    assert shown == opened.locator("#rows tr:has(.flag)").count() < 20
    assert "domain=news" in opened.url and "flagged" in opened.url  # a view can be shared


@pytest.mark.browser
def test_differences_are_marked(opened: Page) -> None:
    opened.locator("#search").fill("run 5 ")
    row = opened.locator("#rows tr").first
    assert row.locator(".reference del").all_inner_texts() == ["빠르고"]
    assert row.locator(".hypothesis").first.locator("ins").all_inner_texts() == ["빨리"]


@pytest.mark.browser
def test_plots_are_drawn(opened: Page) -> None:
    for name in ("BLEU", "chrF++", "TER"):
        assert opened.locator(f"[id='plot-{name}'] circle").count() == 2
    assert opened.locator("#plot-domains circle").count() == 4
    assert opened.locator("#plot-segments circle").count() == 40
    opened.locator("#plot-segments circle").first.dispatch_event("click")
    expect(opened.locator("#count")).not_to_have_text("40 of 40")


@pytest.mark.browser
def test_hostile_texts_are_texts(opened: Page) -> None:
    opened.locator("#evaluations button").nth(1).click()
    expect(opened.locator("#title")).to_have_text("hostile, en-ko")
    expect(opened.locator("#rows .source")).to_contain_text("</script><script>document")
    assert opened.title() == "digestlang eval"
    assert opened.locator("#plot-segments rect").count() == 20  # one system: a histogram
