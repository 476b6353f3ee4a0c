"""The preference sheet on a phone of 360 px, in Japanese: written, put in order and handed in, never wider than the screen."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Built, Site, served
from tests.browser.test_every_page import violations


@pytest.fixture
def open_days(built: Built, tmp_path: Path) -> Iterator[Site]:
    """A site of the test's own on a day on which sheets can be written."""
    folder = tmp_path / "site"
    shutil.copytree(built.folder, folder)
    with served(built, folder, today="2025-12-15") as running:
        yield running


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def phone(chromium: Browser, open_days: Site, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The owner's phone, with and without JavaScript."""
    context = chromium.new_context(
        locale="ja-JP",
        viewport={"width": 360, "height": 740},
        timezone_id="Asia/Tokyo",
        reduced_motion="reduce",
        java_script_enabled=request.param,
    )
    context.add_cookies(
        [{"name": "sessionid", "value": open_days.sessions["owner"], "url": open_days.address}]
    )
    tab = context.new_page()
    tab.goto(f"{open_days.address}/wishes/")
    yield tab
    context.close()


def fits(tab: Page) -> bool:
    """Whether nothing is wider than the screen, asked without a script of the page's own."""
    body = tab.locator("body").bounding_box()
    return body is not None and body["width"] <= 360


def test_a_sheet_is_written_on_a_phone_and_handed_in(
    phone: Page, open_days: Site, request: pytest.FixtureRequest
) -> None:
    with_script = "no-script" not in request.node.name
    expect(phone.get_by_role("heading", level=1)).to_have_text("自己申告")
    assert fits(phone)
    phone.get_by_label("異動したい").check()
    phone.locator("#add").select_option(open_days.places["post-colleague"])
    phone.get_by_role("button", name="追加").click()
    expect(phone.locator(".ranked__post")).to_have_count(1)
    if with_script:
        phone.get_by_label("ポストを探す").fill("開発担当")
        expect(phone.locator("#add option")).to_have_count(2)
    phone.locator("#add").select_option(open_days.places["post-owner-platform"])
    phone.get_by_role("button", name="追加").click()
    expect(phone.locator(".ranked__post")).to_have_count(2)
    phone.get_by_role("button", name="上へ").click()
    expect(phone.locator(".ranked__post").first).to_contain_text("開発担当")
    expect(phone.get_by_label("異動したい")).to_be_checked()
    phone.get_by_label("考慮してほしいこと").fill("九月に試験")
    phone.get_by_label("事情の種類").select_option("health")
    phone.get_by_label("求めること").select_option("consider")
    phone.get_by_label("人事担当に知ってほしいこと").fill("通院")
    assert fits(phone)
    if with_script:
        assert violations(phone) == []
    phone.get_by_role("button", name="提出", exact=True).click()
    expect(phone.get_by_role("heading", name="保存されている内容")).to_be_visible()
    expect(phone.locator("main")).to_contain_text("九月に試験")
    expect(phone.locator(".wish-list li").first).to_contain_text("開発担当")
    assert fits(phone)
    phone.get_by_role("button", name="取り下げて直す").click()
    expect(phone.get_by_label("人事担当に知ってほしいこと")).to_have_value("通院")
