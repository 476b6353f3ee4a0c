"""The pages of orders: list, one order, files in an office's columns, layouts, printed sheets, words about wishes."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest
from openpyxl import load_workbook

from ikusei.lib import clock
from ikusei.org.errors import RuleBroken
from ikusei.rotation.models import Order, OrderLayout, OrderState, RankedPost, Sheet, WishAnswer
from ikusei.rotation.services import answers
from ikusei.rotation.services.applying import apply_due
from ikusei.rotation.tests.approved import bureau_planner, drafted, plain_order
from ikusei.rotation.tests.ground import TODAY, Ground, lay
from tests.office import Office
from tests.page_client import PageClient
from tests.query_counts import assert_query_count, assert_same_cost

type ClientAs = Callable[[object], PageClient]

NOTICE, FIRST = date(2026, 3, 24), date(2026, 4, 1)


@pytest.fixture
def ground(office: Office) -> Ground:
    return lay(office)


def test_an_order_is_corrected_and_cancelled_on_pages(ground: Ground, client_as: ClientAs) -> None:
    order = plain_order(ground)
    url = f"/rotation/orders/{order.public_id}/"
    with clock.fixed(TODAY):
        planner = client_as("planner")
        assert "plain" in planner.open(url)
        typed = {
            "number": "訂1",
            "decided_on": "2026-02-01",
            "effective_on": "2026-04-01",
            "to_post": ground.office.posts["owner-platform"].pk,
            "kind": "home",
            "share": "100",
            "reason": "ポスト誤り",
        }
        planner.send(f"{url}correct/", typed)
        then = Order.objects.get(corrects=order)
        assert then.to_post == ground.office.posts["owner-platform"]
        page = planner.open(url, language="en")
        assert "Corrected by" in page
        assert not page.find_all("a", href=f"{url}cancel/")
        other = f"/rotation/orders/{then.public_id}/"
        planner.send(
            f"{other}cancel/", {"number": "消1", "decided_on": "2026-02-01", "reason": ""}, status=200
        )
        planner.send(f"{other}cancel/", {"number": "消1", "decided_on": "2026-02-01", "reason": "取りやめ"})
    then.refresh_from_db()
    assert then.state == OrderState.CANCELLED


def test_an_order_with_a_problem_is_listed_and_tried_again(ground: Ground, client_as: ClientAs) -> None:
    order = plain_order(ground)
    order.person.employments.update(until=date(2026, 3, 1))
    with clock.fixed(FIRST):
        apply_due()
        planner = client_as("planner")
        page = planner.open("/rotation/orders/?state=problem", language="en")
        assert "could not be applied" in page
        order.person.employments.update(until=None)
        planner.send(f"/rotation/orders/{order.public_id}/again/")
        assert "No orders here" in planner.open("/rotation/orders/?state=problem", language="en")


def test_an_export_has_the_columns_of_the_office_and_says_what_it_could_not_write(
    ground: Ground, client_as: ClientAs
) -> None:
    order = plain_order(ground)
    person = order.person
    person.name = "井上 𠮷彦"
    person.save()
    with clock.fixed(TODAY):
        planner = client_as("planner")
        places = {"place-number": "2", "place-name": "1", "heading-name": "職員氏名"}
        planner.send("/rotation/orders/layouts/new/", {"name": "様式1", **places})
        layout = OrderLayout.objects.get()
        assert layout.columns == [["name", "職員氏名"], ["number", ""]]
        query = f"layout={layout.pk}&year=2026"
        page = planner.open(f"/rotation/orders/export/?kind=cp932&{query}", language="en")
        assert "U+20BB7" in page
        old = planner.get(f"/rotation/orders/export/file/?kind=cp932&{query}")
        assert old.content.decode("cp932").splitlines() == ["職員氏名,決裁番号", "井上 〓彦,plain"]
        new = planner.get(f"/rotation/orders/export/file/?kind=csv&{query}").content
        assert new.startswith("\ufeff職員氏名,決裁番号\r\n井上 𠮷彦,plain".encode())
        book = planner.get(f"/rotation/orders/export/file/?kind=xlsx&{query}").content
    sheet = load_workbook(io.BytesIO(book)).active
    assert sheet is not None
    rows = [[str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert rows == [["職員氏名", "決裁番号"], ["井上 𠮷彦", "plain"]]


@pytest.mark.parametrize("typed", [{"name": "空"}, {"name": "", "place-name": "1"}])
def test_a_layout_without_columns_or_name_is_not_saved(
    ground: Ground, client_as: ClientAs, typed: dict[str, str]
) -> None:
    client_as("planner").send("/rotation/orders/layouts/new/", typed, status=400)
    assert not OrderLayout.objects.exists()


def test_every_column_can_be_exported(ground: Ground, client_as: ClientAs) -> None:
    from ikusei.rotation.queries.order_columns import COLUMNS

    plain_order(ground)
    layout = OrderLayout.objects.create(name="all", columns=[[key, ""] for key in COLUMNS])
    file = client_as("planner").get(f"/rotation/orders/export/file/?kind=csv&layout={layout.pk}")
    head, row = file.content.decode("utf-8-sig").splitlines()
    assert len(head.split(",")) == len(row.split(",")) == len(COLUMNS)
    assert "令和8年4月1日" in row


def test_a_printed_order_is_in_the_official_form_in_both_languages(
    ground: Ground, client_as: ClientAs
) -> None:
    order = plain_order(ground)
    page = client_as("planner").open(f"/rotation/orders/{order.public_id}/print/?form=both")
    japanese, english = page.find_all("article")
    assert (japanese.get("lang"), english.get("lang")) == ("ja", "en")
    told = page.text(japanese)
    assert "辞令" in told
    assert "を命ずる" in told
    assert "令和8年4月1日" in told
    assert "青空都" in told
    assert "Ren Inoue" in page.text(english)


def test_the_list_costs_the_same_for_many_orders(ground: Ground, client_as: ClientAs) -> None:
    order = plain_order(ground)

    def add(count: int) -> None:
        order.pk = None
        Order.objects.bulk_create(
            Order(
                round=order.round,
                number=f"n{number}",
                decided_on=order.decided_on,
                effective_on=order.effective_on,
                notice_on=order.notice_on,
                person=order.person,
                from_post=order.from_post,
                to_post=order.to_post,
                issued_by=order.issued_by,
            )
            for number in range(count)
        )

    assert_same_cost("orders", client_as("planner"), "/rotation/orders/", add)
    assert_same_cost("my-orders", client_as("colleague"), "/me/orders/", add)
    assert_same_cost("team-orders", client_as("manager"), "/orders/team/", add)


def test_approval_one_order_and_the_export_cost_what_is_recorded(ground: Ground, client_as: ClientAs) -> None:
    order, draft = plain_order(ground), drafted(ground, colleague="steward")
    approval = f"/rotation/drafts/{draft.public_id}/approval/"
    layout = OrderLayout.objects.create(name="list", columns=[["name", ""]])
    with clock.fixed(TODAY):
        planner = client_as("planner")
        assert_query_count("order", planner, f"/rotation/orders/{order.public_id}/")
        assert_query_count("orders-export", planner, f"/rotation/orders/export/?layout={layout.pk}")
        assert_query_count("approval-open", planner, approval)
        bureau_planner(ground)
        planner.send(f"{approval}submit/", {"bureau": str(ground.office.units["digital"].pk)})
        assert_query_count("approval", planner, approval)
        assert_query_count("approval-bureau", client_as("academy"), approval)


def test_words_about_an_unmet_wish_are_released_by_hand_after_the_notice(
    ground: Ground, client_as: ClientAs
) -> None:
    office = ground.office
    sheet = Sheet.objects.create(
        round=ground.round, person=office.person("owner"), intent="move", handed_in_at=clock.now()
    )
    RankedPost.objects.create(sheet=sheet, rank=1, post=office.posts["steward"])
    met = Sheet.objects.create(
        round=ground.round, person=office.person("colleague"), intent="move", handed_in_at=clock.now()
    )
    RankedPost.objects.create(sheet=met, rank=1, post=office.posts["steward"])
    plain_order(ground)  # the colleague gets what they wished for
    with clock.fixed(TODAY):
        planner = client_as("planner")
        planner.send("/rotation/answers/2026/propose/")
        planner.send("/rotation/answers/2026/propose/")
        answer = WishAnswer.objects.get()
        assert answer.person == office.person("owner")
        assert office.person("colleague").name not in answer.proposed
        planner.send(f"/rotation/answers/{answer.public_id}/", {"text": "来年度に向けて相談しましょう。"})
        answer.refresh_from_db()
        assert answer.text == "来年度に向けて相談しましょう。"
        planner.send("/rotation/answers/2026/release/", {"answer": str(answer.public_id)})
        assert WishAnswer.objects.filter(released_at=None).exists(), "nothing before the notice"
    with clock.fixed(NOTICE):
        planner.send("/rotation/answers/2026/release/", {"answer": str(answer.public_id)})
        assert not WishAnswer.objects.filter(released_at=None).exists()
        with pytest.raises(RuleBroken):
            answers.edit_answer(actor=office.viewer("planner"), answer=answer, text="別の言葉")
