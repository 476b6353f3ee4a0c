"""The self-assessment in a browser while things go wrong: no connection, no session, no script, two tabs, another account."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Built, Site, served
from tests.browser.test_every_page import violations
from tests.office import PASSWORD

START = "/self-assessment/"
MOST_TAPS = 30
"""Taps of a whole re-confirmation: ten minutes are 20 seconds for each, reading included."""

type Open = Callable[..., Page]


@pytest.fixture(scope="module")
def folder(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a site of these tests' own."""
    copied = tmp_path_factory.mktemp("self") / "site"
    shutil.copytree(built.folder, copied)
    return copied


@pytest.fixture(scope="module")
def own(built: Built, folder: Path) -> Iterator[Site]:
    """The site, one server for all of these tests."""
    with served(built, folder) as running:
        yield running


@pytest.fixture
def database(folder: Path) -> Path:
    """The file of the site's database: what is truly kept."""
    return folder / "ikusei.sqlite3"


@pytest.fixture
def own_site(own: Site, database: Path) -> Site:
    """The site as if the colleague and the steward had not begun, the cycle open."""
    people = f"({own.places['participant-colleague']}, {own.places['participant-steward']})"
    write_sql(
        database,
        f"DELETE FROM skills_answer WHERE participant_id IN {people}",  # noqa: S608  # numbers of our own
        f"UPDATE skills_participant SET progress = 'waiting', handed_in_at = NULL WHERE id IN {people}",  # noqa: S608
        "UPDATE skills_cycle SET phase = 'self'",
    )
    return own


@pytest.fixture
def phone(chromium: Browser, own_site: Site) -> Iterator[Open]:
    """phone("colleague", java_script_enabled=False) -> the open page of a 360 px screen, in a browser of its own."""
    contexts: list[BrowserContext] = []

    def opened(who: str, **options: object) -> Page:
        context = chromium.new_context(
            locale="en-GB",
            viewport={"width": 360, "height": 740},
            timezone_id="Asia/Tokyo",
            reduced_motion="reduce",
            **options,  # type: ignore[arg-type]  # what Playwright takes
        )
        contexts.append(context)
        enter(context, own_site, who)
        tab = context.new_page()
        tab.goto(own_site.address + START)
        tab.wait_for_load_state("networkidle")
        return tab

    yield opened
    for context in contexts:
        context.close()


def enter(context: BrowserContext, site: Site, who: str) -> None:
    """Sign a browser in as a member of the cast."""
    context.add_cookies([{"name": "sessionid", "value": site.sessions[who], "url": site.address}])


def leave(context: BrowserContext) -> None:
    """Let the session end, as time does."""
    context.clear_cookies(name="sessionid")


def kept(database: Path, site: Site, who: str) -> dict[int, tuple[int | None, str]]:
    """Skill -> level and note, as the database holds them."""
    asked = "SELECT skill_id, level, note FROM skills_answer WHERE participant_id = ?"
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        rows = connection.execute(asked, (site.places[f"participant-{who}"],))
        return {skill: (level, note) for skill, level, note in rows}


def write_sql(database: Path, *statements: str) -> None:
    """Change the database behind the server's back."""
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def begin(tab: Page) -> int:
    """Press "Begin"; the skill of the first question."""
    tab.locator("[data-begin]").click()
    return shown(tab)


def shown(tab: Page) -> int:
    """The skill of the question on the screen."""
    return int(tab.locator("[data-question][data-current]").get_attribute("data-question") or 0)


def choose(tab: Page, level: int) -> None:
    tab.locator(f"[data-current] .choice:has([value='{level}'])").click()


def write(tab: Page, note: str) -> None:
    tab.locator("[data-current] summary").click()
    tab.locator("[data-current] textarea").fill(note)


def status(tab: Page, words: str) -> None:
    expect(tab.locator("[data-status]")).to_contain_text(words)


def sign_in(tab: Page, who: str) -> None:
    """Fill in the sign-in page that is open."""
    tab.locator("input[type=email], input[name=login]").first.fill(f"{who}@example.test")
    tab.locator("input[type=password]").fill(PASSWORD)
    tab.locator("form button[data-kind=main]").first.click()


def test_a_choice_is_saved_at_once_and_said_to_be(phone: Open, own_site: Site, database: Path) -> None:
    tab = phone("colleague")
    skill = begin(tab)
    choose(tab, 2)
    status(tab, "Saved")
    assert kept(database, own_site, "colleague") == {skill: (2, "")}


def test_without_a_connection_answers_wait_on_the_device_and_are_saved_when_it_is_back(
    phone: Open, own_site: Site, database: Path
) -> None:
    tab = phone("colleague")
    tab.context.set_offline(True)
    first = begin(tab)
    choose(tab, 3)
    write(tab, "電車の中で")
    status(tab, "No connection")
    tab.locator("[data-next]").click()
    second = shown(tab)
    choose(tab, 1)
    assert kept(database, own_site, "colleague") == {}
    tab.context.set_offline(False)
    status(tab, "Saved")
    assert kept(database, own_site, "colleague") == {first: (3, "電車の中で"), second: (1, "")}


def test_the_rest_can_be_changed_and_confirmed_without_a_connection(
    phone: Open, own_site: Site, database: Path
) -> None:
    tab = phone("steward")
    tab.context.set_offline(True)
    tab.locator(".self__rest .asked__name").first.click()
    changed = shown(tab)
    choose(tab, 4)
    tab.locator("[data-next]").click()
    tab.locator("[data-unchanged]").click()
    status(tab, "No connection")
    tab.context.set_offline(False)
    status(tab, "Saved")
    answers = kept(database, own_site, "steward")
    assert len(answers) == 16
    assert answers[changed] == (4, "")


def test_a_closed_tab_loses_nothing_that_was_typed_without_a_connection(
    phone: Open, own_site: Site, database: Path
) -> None:
    tab = phone("colleague")
    context = tab.context
    skill = begin(tab)
    context.set_offline(True)
    choose(tab, 2)
    write(tab, "途中まで")
    status(tab, "No connection")
    tab.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(own_site.address + START)
    status(again, "Saved")
    assert kept(database, own_site, "colleague") == {skill: (2, "途中まで")}


def test_an_ended_session_keeps_the_answers_until_the_person_has_signed_in_again(
    phone: Open, own_site: Site, database: Path
) -> None:
    tab = phone("colleague")
    skill = begin(tab)
    leave(tab.context)
    choose(tab, 2)
    write(tab, "昼休みの後")
    status(tab, "signed out")
    with tab.context.expect_page() as opened:
        tab.locator("[data-sign-in-link]").click()
    sign_in(opened.value, "colleague")
    opened.value.wait_for_url(f"**{START}")
    opened.value.close()
    tab.bring_to_front()
    tab.evaluate(
        "window.dispatchEvent(new Event('focus'))"
    )  # what coming back to a tab does outside of a test
    status(tab, "Saved")
    assert kept(database, own_site, "colleague") == {skill: (2, "昼休みの後")}


def test_a_device_that_keeps_nothing_still_saves_every_answer_at_once(
    phone: Open, own_site: Site, database: Path
) -> None:
    tab = phone("colleague")
    tab.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
    )
    skill = begin(tab)
    choose(tab, 2)
    status(tab, "Saved")
    choose(tab, 3)
    write(tab, "端末には残らない")
    tab.locator("[data-next]").click()
    status(tab, "Saved")
    assert kept(database, own_site, "colleague")[skill][0] == 3


def test_another_account_on_the_same_device_neither_sees_nor_sends_what_waits(
    phone: Open, own_site: Site, database: Path
) -> None:
    tab = phone("colleague")
    skill = begin(tab)
    tab.context.set_offline(True)
    choose(tab, 4)
    write(tab, "本人だけの文章")
    status(tab, "No connection")
    context = tab.context
    tab.close()
    # What is on its way may still arrive for its owner; from here on nothing of it is sent in another name.
    leave(context)
    context.set_offline(False)
    enter(context, own_site, "steward")
    other = context.new_page()
    sent: list[str] = []
    other.on("request", lambda request: sent.append(request.post_data or ""))
    other.goto(own_site.address + START)
    other.wait_for_load_state("networkidle")
    assert "本人だけの文章" not in other.content()
    begin(other)
    choose(other, 1)
    status(other, "Saved")
    assert any('"level":1' in body for body in sent), sent
    assert not any("本人だけの文章" in body for body in sent)
    assert [note for _level, note in kept(database, own_site, "steward").values()] == [""]
    leave(context)
    enter(context, own_site, "colleague")
    other.goto(own_site.address + START)
    status(other, "Saved")
    assert kept(database, own_site, "colleague") == {skill: (4, "本人だけの文章")}


def test_a_page_left_open_never_writes_for_whoever_signed_in_meanwhile(
    phone: Open, own_site: Site, database: Path
) -> None:
    tab = phone("colleague")
    begin(tab)
    leave(tab.context)
    enter(tab.context, own_site, "steward")
    choose(tab, 2)
    status(tab, "Somebody else has signed in")
    assert kept(database, own_site, "steward") == kept(database, own_site, "colleague") == {}


@pytest.mark.parametrize(("button", "level"), [("Leave it so", 1), ("Mine counts", 4)])
def test_two_tabs_ask_which_answer_counts(
    phone: Open, own_site: Site, database: Path, button: str, level: int
) -> None:
    tab = phone("colleague")
    other = tab.context.new_page()
    other.goto(own_site.address + START)
    skill = begin(tab)
    begin(other)
    choose(other, 1)
    status(other, "Saved")
    choose(tab, 4)
    status(tab, "Meanwhile another page or device saved this")
    assert kept(database, own_site, "colleague")[skill] == (1, "")
    tab.get_by_role("button", name=button).click()
    status(tab, "Saved")
    assert kept(database, own_site, "colleague")[skill] == (level, "")


def test_an_answer_that_arrived_without_its_acknowledgement_is_no_conflict_with_itself(
    phone: Open, own_site: Site, database: Path
) -> None:
    tab = phone("colleague")
    skill = begin(tab)

    def swallow(route: object) -> None:
        route.fetch()  # type: ignore[attr-defined]  # a Route; the server gets it
        route.abort()  # type: ignore[attr-defined]  # the browser never hears of it

    tab.route("**/answers/", swallow)
    choose(tab, 2)
    status(tab, "No connection")
    assert kept(database, own_site, "colleague")[skill] == (2, "")
    tab.unroute("**/answers/")
    choose(tab, 3)
    status(tab, "Saved")
    assert kept(database, own_site, "colleague")[skill] == (3, "")


def test_the_back_button_goes_back_a_question_and_shows_what_was_answered(phone: Open) -> None:
    tab = phone("colleague")
    first = begin(tab)
    choose(tab, 2)
    tab.locator("[data-next]").click()
    assert shown(tab) != first
    tab.go_back()
    assert shown(tab) == first
    assert tab.locator("[data-current] input:checked").get_attribute("value") == "2"
    tab.goto("about:blank")
    tab.go_back()
    tab.wait_for_load_state("networkidle")
    assert tab.locator("[data-current] input:checked").get_attribute("value") == "2"


def test_what_is_typed_while_the_cycle_is_closed_stays_with_the_person(
    phone: Open, own_site: Site, database: Path
) -> None:
    tab = phone("colleague")
    begin(tab)
    write_sql(database, "UPDATE skills_cycle SET phase = 'closed'")
    choose(tab, 2)
    write(tab, "間に合わなかった文章")
    status(tab, "The cycle was closed")
    assert tab.locator("[data-current] textarea").input_value() == "間に合わなかった文章"
    tab.goto(own_site.address + START)
    box = tab.locator("[data-unsent-text]")
    expect(box).to_be_visible()
    assert "間に合わなかった文章" in box.input_value()
    tab.locator("[data-unsent-delete]").click()
    tab.reload()
    expect(box).to_be_hidden()


def test_without_a_script_and_without_a_session_nothing_typed_is_lost(
    phone: Open, own_site: Site, database: Path
) -> None:
    tab = phone("colleague", java_script_enabled=False)
    question = tab.locator("[data-question]").first
    skill = int(question.get_attribute("data-question") or 0)
    question.locator("[value='3']").check()
    question.locator("summary").click()
    question.locator("textarea").fill("スクリプトなし")
    leave(tab.context)
    question.get_by_role("button", name="Save").click()
    expect(tab.locator("h1")).to_have_text("You have been signed out; your answers are kept")
    expect(tab.locator("main")).to_contain_text("スクリプトなし")
    tab.get_by_role("link", name="Sign in and go on").click()
    sign_in(tab, "colleague")
    expect(tab.locator("main")).to_contain_text("You typed this before your session ended")
    assert kept(database, own_site, "colleague") == {}
    tab.locator(f"#q-{skill}").get_by_role("button", name="Save").click()
    expect(tab.locator("main")).to_contain_text("1 answer is saved")
    assert kept(database, own_site, "colleague") == {skill: (3, "スクリプトなし")}


def test_signing_out_leaves_nothing_on_the_device(phone: Open, own_site: Site) -> None:
    tab = phone("colleague")
    leave(tab.context)  # a session of the test's own, to be ended
    tab.goto(own_site.address + START)
    sign_in(tab, "colleague")
    tab.wait_for_url(f"**{START}")
    begin(tab)
    choose(tab, 2)
    status(tab, "Saved")
    left = "Object.keys(localStorage).filter(key => key.startsWith('ikusei.kept.'))"
    assert tab.evaluate(left) == []
    tab.route("**/answers/", lambda route: route.abort())
    choose(tab, 3)
    status(tab, "No connection")
    assert len(tab.evaluate(left)) == 1
    tab.goto(own_site.address + "/map/")
    tab.locator(".account-menu__summary").click()
    tab.once("dialog", lambda dialog: dialog.accept())
    tab.get_by_role("button", name="Sign out").click()
    tab.wait_for_url("**/account/login/**")
    assert tab.evaluate(left) == []


def test_a_question_on_a_phone_is_accessible_and_fits_320_pixels(phone: Open) -> None:
    tab = phone("colleague", bypass_csp=True)
    begin(tab)
    tab.locator("[data-current] summary").click()
    assert violations(tab) == []
    tab.set_viewport_size({"width": 320, "height": 640})
    assert tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    for label in tab.locator("[data-current] .choice").all():
        box = label.bounding_box()
        assert box is not None
        assert box["height"] >= 44


def test_a_question_is_answered_by_keyboard_alone(phone: Open, own_site: Site, database: Path) -> None:
    tab = phone("colleague")
    tab.locator("[data-begin]").focus()
    tab.keyboard.press("Enter")
    skill = shown(tab)
    tab.keyboard.press("Tab")
    tab.keyboard.press("Space")
    tab.keyboard.press("ArrowDown")
    status(tab, "Saved")
    tab.locator("[data-next]").focus()
    tab.keyboard.press("Enter")
    assert shown(tab) != skill
    level, _note = kept(database, own_site, "colleague")[skill]
    assert level == 1


def test_a_whole_re_confirmation_of_22_skills_with_some_changed_takes_few_taps(
    phone: Open, own_site: Site, database: Path
) -> None:
    tab = phone("steward")
    taps = 0

    def tap(what: str) -> None:
        nonlocal taps
        tab.locator(what).first.click()
        taps += 1

    tap("[data-begin]")
    while tab.locator("[data-question][data-current]").count():
        tap("[data-current] .choice:has(.choice__mark[data-tone])")  # what was confirmed last time
        tap("[data-next]")
    tap("[data-unchanged]")
    status(tab, "Saved")
    tap("[data-hand-in]")
    expect(tab.locator("main")).to_contain_text("You handed in 22 answers")
    assert taps == 15
    assert taps <= MOST_TAPS
    assert len(kept(database, own_site, "steward")) == 22
