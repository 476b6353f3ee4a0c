"""The mail to a second rater: that somebody waits, never what was said."""

from django.urls import reverse

from ikusei.notices import services as notices
from ikusei.notices.recipients import Recipient
from ikusei.org.access import Viewer
from ikusei.skills.mails import SECOND_RATING
from ikusei.skills.models import SecondRating


def tell_rater(*, actor: Viewer, rating: SecondRating) -> None:
    """Queue the mail to the called rater; once for each call, however often it is asked for."""
    person = rating.rater.person
    notices.send(
        actor=actor.user,
        kind=SECOND_RATING.name,
        recipients=[
            Recipient(
                ref=str(person.public_id),
                name=person.display_name,
                address=rating.rater.email,
                context={
                    "deadline": rating.due_on,
                    "link": notices.absolute(reverse("skills:second_rating", args=(rating.public_id,))),
                },
            )
        ],
        subject_ref=f"second-rating:{rating.public_id}",
        once_key=f"second-rating:{rating.public_id}",
    )
