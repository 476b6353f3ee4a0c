"""The latest notice (内示) that has been given to somebody's employer."""

from datetime import datetime, time

from django.db.models import Max

from ikusei.lib import clock
from ikusei.org.models import Employment, Person
from ikusei.rotation.models import Round


def latest_notice(person: Person) -> datetime | None:
    """The first moment of the latest notice day that has come, of the rounds of whoever employs the person today.

    Of several employers with rounds the earliest counts, since nothing says for whose round a look was made. None before
    any notice, and for whoever nobody employs. One query.
    """
    today = clock.today()
    employers = Employment.objects.on(today).filter(person=person).values("employer_id")
    rows = Round.objects.filter(employer_id__in=employers, notice_on__lte=today)
    days = rows.order_by().values("employer_id").annotate(latest=Max("notice_on"))
    latest = [row["latest"] for row in days]
    return datetime.combine(min(latest), time.min, clock.TOKYO) if latest else None
