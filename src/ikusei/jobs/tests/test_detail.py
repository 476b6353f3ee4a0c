"""The page of one job."""

import uuid

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import reverse

from ikusei.jobs import services
from ikusei.jobs.models import Job, JobState
from ikusei.jobs.tests import ground
from tests.page_client import PageClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> AbstractBaseUser:
    return get_user_model().objects.create_user(email="owner@example.test", language="en")


@pytest.fixture
def client(user: AbstractBaseUser) -> PageClient:
    client = PageClient()
    client.force_login(get_user_model().objects.get(pk=user.pk))
    return client


@pytest.fixture
def job(user: AbstractBaseUser) -> Job:
    return services.enqueue(owner=user, task=ground.ADD, arguments={"first": 1, "second": 2})


def page(job: Job, name: str = "detail") -> str:
    return reverse(f"jobs:{name}", args=[job.public_id])


def now(job: Job, **facts: object) -> None:
    Job.objects.filter(pk=job.pk).update(**facts)


def test_a_waiting_job_says_so_and_is_asked_about_every_second(client: PageClient, job: Job) -> None:
    shown = client.open(page(job), language="en")
    assert "Waiting for a worker" in shown
    (part,) = shown.find_all("div", id="job")
    assert (part.get("hx-get"), part.get("hx-trigger")) == (page(job), "every 1s")
    assert page(job) in shown.links(), "without JavaScript there is a link to look again"


def test_a_running_job_shows_how_far_it_is(client: PageClient, job: Job) -> None:
    now(job, state=JobState.RUNNING, done=30, total=120, message="Row 30")
    shown = client.open(page(job), language="en")
    (bar,) = shown.find_all("progress")
    assert (bar.get("value"), bar.get("max")) == ("30", "120")
    assert "Row 30" in shown


def test_a_running_job_of_unknown_length_shows_a_bar_without_numbers(client: PageClient, job: Job) -> None:
    now(job, state=JobState.RUNNING)
    (bar,) = client.open(page(job)).find_all("progress")
    assert bar.get("value") is None


def test_htmx_gets_the_same_part_alone_and_asks_no_more_when_it_ended(client: PageClient, job: Job) -> None:
    part = client.fragment(page(job), language="en")
    assert "<html" not in part.html
    assert "hx-trigger" in part.html
    services.run_waiting()
    part = client.fragment(page(job), language="en")
    assert "hx-trigger" not in part.html
    assert "The work is done." in part


def test_a_done_job_links_to_its_result(client: PageClient, job: Job) -> None:
    services.run_waiting()
    assert "/people/" in client.open(page(job)).links()


def test_a_failed_job_says_why_and_can_be_run_again(client: PageClient, job: Job) -> None:
    now(job, state=JobState.FAILED, problem="No rows.")
    shown = client.open(page(job), language="en")
    assert "No rows." in shown
    answer = client.send(page(job, "run_again"))
    again = Job.objects.exclude(pk=job.pk).get()
    assert answer.response.headers["Location"] == page(again)


def test_the_stop_button_stops(client: PageClient, job: Job) -> None:
    client.send(page(job, "stop"))
    job.refresh_from_db()
    assert job.state == JobState.STOPPED
    assert "The work was stopped." in client.open(page(job), language="en")


def test_a_running_job_that_was_asked_to_stop_has_no_second_button(client: PageClient, job: Job) -> None:
    now(job, state=JobState.RUNNING, stop_wanted=True)
    shown = client.open(page(job), language="en")
    assert "It stops at the next step." in shown
    assert not shown.find_all("button", id="job-stop")


def test_run_again_on_an_old_page_leads_back_to_the_running_job(client: PageClient, job: Job) -> None:
    answer = client.send(page(job, "run_again"))
    assert answer.response.headers["Location"] == page(job)
    assert Job.objects.count() == 1


def test_a_task_that_no_longer_exists_cannot_be_run_again_and_the_page_says_so(
    client: PageClient, job: Job
) -> None:
    now(job, state=JobState.FAILED, task="gone.for-good")
    client.send(page(job, "run_again"), language="en")
    assert "no longer knows the task" in client.open(page(job), language="en")
    assert Job.objects.count() == 1


@pytest.mark.parametrize("name", ["detail", "stop", "run_again"])
def test_somebody_elses_job_does_not_exist(job: Job, name: str) -> None:
    stranger = PageClient()
    stranger.force_login(get_user_model().objects.create_user(email="stranger@example.test"))
    ask = stranger.open if name == "detail" else stranger.send
    ask(page(job, name), status=404)
    job.refresh_from_db()
    assert job.state == JobState.QUEUED


def test_a_job_that_never_was_does_not_exist(client: PageClient) -> None:
    client.open(reverse("jobs:detail", args=[uuid.uuid4()]), status=404)


def test_nothing_changes_by_looking(client: PageClient, job: Job) -> None:
    client.open(page(job, "stop"), status=405)
    client.open(page(job, "run_again"), status=405)
    job.refresh_from_db()
    assert not job.stop_wanted


def test_nobody_is_sent_to_sign_in(job: Job) -> None:
    PageClient().open(page(job), status=302)


def test_the_page_is_in_japanese_too(client: PageClient, job: Job) -> None:
    get_user_model().objects.update(language="ja")
    assert "順番を待っています" in client.open(page(job), language="ja")
