"""What a session is told stays in no browser: whoever comes after it to the same machine goes Back to nothing."""

from collections.abc import Callable

import pytest

from tests.office import Office
from tests.page_client import PageClient

type Clients = Callable[[str | None], PageClient]


@pytest.mark.parametrize(
    ("url", "status"),
    [("/", 200), ("/people/export/", 200), ("/rotation/", 403), ("/no-such-page/", 404), ("/words/", 200)],
)
def test_no_answer_to_a_session_may_be_kept(
    url: str, status: int, client_as: Clients, office: Office
) -> None:
    response = client_as("academy").get(url)
    assert response.status_code == status
    assert response["Cache-Control"] == "private, no-store"


def test_what_everybody_may_read_says_nothing_of_it(client_as: Clients, office: Office) -> None:
    response = client_as(None).get("/words/")
    assert response.status_code == 200
    assert "Cache-Control" not in response
