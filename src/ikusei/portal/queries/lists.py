"""The lists that belong to no app of their own page: all jobs."""

from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE

from ikusei.jobs.models import Job

PAGE_SIZE = 50


def page_of_jobs(*, state: str, page: str) -> Page[Job]:
    """One page of all jobs, newest first, of one state or of all ("")."""
    jobs = Job.objects.select_related("owner").order_by("-pk").fetch_mode(FETCH_RAISE)
    return Paginator(jobs.filter(state=state) if state else jobs, PAGE_SIZE).get_page(page)
