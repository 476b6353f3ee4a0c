"""The form of a rule in a browser: each change answers at once, the focus stays, and nothing needs JavaScript."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import expect

from tests.browser.test_every_page import violations
from tests.pages import Page

Visit = Callable[..., BrowserPage]
PLAN = Page("cycle-new", "/cycles/new/", "steward")


def test_each_change_shows_whom_the_rule_takes_in_and_keeps_the_focus(visit: Visit) -> None:
    tab = visit(PLAN, language="en", bypass_csp=True)
    tab.get_by_role("button", name="Add a condition Exceptions").click()
    fact = tab.locator("#id_rule-x-0-fact")
    expect(fact).to_be_visible()
    fact.focus()
    fact.select_option("unit")
    expect(tab.locator("#id_rule-x-0-more")).to_be_visible()
    expect(fact).to_be_focused()
    tab.locator("#id_rule-x-0-more").select_option(label="Bureau of Digital Services")
    expect(tab.get_by_label("Bureau of Digital Services")).to_be_checked()
    expect(tab.locator(".rule__total")).to_contain_text("employed on 15 April 2026")
    assert violations(tab) == []
    tab.get_by_role("button", name="Remove Exceptions, condition 1").click()
    expect(tab.get_by_text("No exceptions.")).to_be_visible()


def test_without_javascript_the_same_is_done_by_buttons(visit: Visit) -> None:
    tab = visit(PLAN, language="en", java_script_enabled=False)
    tab.get_by_role("button", name="Add another group (or)").click()
    places = tab.locator("[id$='-fact']").evaluate_all("all => all.map(one => one.id)")
    last = next(place for place in reversed(places) if "-g" in place)
    tab.locator(f"#{last}").select_option("leads")
    tab.get_by_role("button", name="Show whom the rule takes in").click()
    tab.locator(f"#{last.replace('-fact', '-value')}").select_option("yes")
    tab.get_by_role("button", name="Show whom the rule takes in").click()
    expect(tab.get_by_text("3 people fulfil this", exact=True)).to_be_visible()
