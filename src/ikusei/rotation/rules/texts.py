"""The sentences of broken rules and of the changes that would satisfy them. Each figure stands with where it is set."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, Promise | str] = {
    "grade": _(
        "%(person)s in %(post)s, %(years)s: the grade is %(grade)s; the post takes %(grades)s (rules of the post)."
    ),
    "job-type": _(
        "%(person)s in %(post)s, %(years)s: the job type is %(job_type)s; the post takes %(job_types)s (rules of the post)."
    ),
    "level": _(
        "%(person)s in %(post)s, %(years)s: level %(held)s instead of %(asked)s in %(skill)s, levels short: %(short)s (levels asked for by the post)."
    ),
    "tenure-min": _(
        "%(person)s leaves %(post)s in %(year)s too early. Years served: %(served)s; years at least: %(least)s (rules of the post)."
    ),
    "tenure-max": _(
        "%(person)s is in %(post)s still in %(years)s. Years served before: %(served)s; years at most: %(most)s (rules of the post)."
    ),
    "dispatch-year": _(
        "%(person)s is in %(post)s still in %(years)s. Years served before: %(served)s; the post takes people for one year (rules of the post)."
    ),
    "capacity": _(
        "%(post)s, %(years)s: people %(people)s, seats %(limit)s, too many: %(over)s (terms of the post)."
    ),
    "headcount": _(
        "%(post)s, %(years)s: people %(people)s, authorised headcount %(limit)s, above it: %(over)s (terms of the post)."
    ),
    "minimum": _(
        "%(post)s, %(years)s: people %(people)s, people at least %(least)s, missing: %(short)s (rules of the post)."
    ),
    "experts": _(
        "%(post)s, %(years)s: people with %(axis)s of at least %(level)s: %(have)s of %(least)s, missing: %(short)s (rules of the post)."
    ),
    "continuity": _(
        "%(post)s, %(years)s: people who stay from the year before: %(stayed)s of %(least)s, missing: %(short)s (rules of the post)."
    ),
    "absent-yet": _(
        "%(person)s cannot sit in %(post)s in %(year)s: not employed before %(since)s (record of the person)."
    ),
    "absent-gone": _(
        "%(person)s cannot sit in %(post)s in %(year)s: no longer employed from %(until)s on (record of the person)."
    ),
    "away": _(
        "%(person)s goes to %(post)s in %(year)s and is on leave on the day of the moves (record of the person)."
    ),
    "two-mains": _(
        "%(person)s has two main posts in %(year)s: %(other)s and %(post)s. The draft keeps one of them, and the others as concurrent posts."
    ),
    "closed": _("%(person)s in %(post)s, %(years)s: the post does not exist then (terms of the post)."),
    "unassigned": _("%(person)s has no post in %(years)s."),
    "same-post": _("%(person)s holds %(post)s twice in %(year)s: as the main post and as a concurrent one."),
    "shares": _(
        "%(person)s in %(year)s: the shares of time add up to %(total)s; they may add up to 1 (postings and moves of the draft)."
    ),
    "dispatch-return": _(
        "%(person)s is dispatched to %(post)s in %(year)s, and the draft does not say to which post they come back in %(back)s."
    ),
    "reserved": _(
        "%(person)s comes back to %(post)s in %(year)s, where a seat is kept since %(since)s. People then: %(people)s; seats: %(limit)s (terms of the post)."
    ),
    "pin": _("%(person)s sits in %(post)s in %(years)s; a pin says %(posts)s. Its reason: %(reason)s"),
    "pin-nowhere": _("%(person)s has no post in %(years)s; a pin says %(posts)s. Its reason: %(reason)s"),
    "forbid": _("%(person)s sits in %(post)s in %(years)s; a forbid excludes it. Its reason: %(reason)s"),
    "one-of": _(
        "%(person)s sits in %(post)s in %(years)s; a restriction says one of these: %(posts)s. Its reason: %(reason)s"
    ),
    "one-of-nowhere": _(
        "%(person)s has no post in %(years)s; a restriction says one of these: %(posts)s. Its reason: %(reason)s"
    ),
    "promoted": _(
        "%(person)s became senior staff within the last year and is in the same bureau still in %(year)s: %(post)s. Promotion changes the bureau (rule of the employer)."
    ),
    "promotion": _(
        "%(person)s becomes senior staff in %(post)s in %(year)s without leaving the bureau. Promotion changes the bureau (rule of the employer)."
    ),
    "protected-stay": _(
        "%(person)s moves to %(post)s in %(year)s, and asked for no move with a protected reason (preference sheet)."
    ),
    "protected-place": _(
        "%(person)s moves to %(post)s in %(year)s, which is none of the posts asked for with a protected reason (preference sheet)."
    ),
    "quota": _(
        "%(unit)s, %(year)s: moves into it %(moves)s, moves at most %(most)s, too many: %(over)s (quota of the round)."
    ),
}
"""Rule of a breach (with its variant) -> what it says."""

FIXES: Mapping[str, Promise | str] = {
    "elsewhere": _("%(person)s sits in one of these instead: %(ways)s."),
    "stay": _("%(person)s stays in %(post)s until the end of %(last)s, years longer: %(years)s."),
    "leave": _("%(person)s leaves at the end of %(last)s for one of these: %(ways)s."),
    "capacity": _(
        "%(post)s gets more seats, %(more)s beside the %(now)s of today; or one of these sits elsewhere: %(ways)s."
    ),
    "headcount": _(
        "The authorised headcount of %(post)s grows by %(more)s, from %(now)s; or one of these sits elsewhere: %(ways)s."
    ),
    "people": _("%(post)s gets more people, %(count)s. These could come: %(ways)s."),
    "expert": _(
        "%(post)s gets more people with %(axis)s of at least %(level)s, %(count)s. These could come: %(ways)s."
    ),
    "expert-grown": _(
        "Nobody with %(axis)s of at least %(level)s is free. Nearest in %(post)s: %(person)s, points short: %(points)s."
    ),
    "expert-none": _("Nobody with %(axis)s of at least %(level)s is free for %(post)s."),
    "stayers": _("More people stay a year longer in %(post)s, %(count)s. These could stay: %(ways)s."),
    "drop": _("The move to %(post)s is taken back."),
    "place": _("%(person)s gets one of these: %(ways)s."),
    "share": _("The share in %(post)s becomes %(share)s, or the concurrent post is dropped."),
    "return": _("%(post)s is kept for the return of %(person)s in %(year)s."),
    "lift-pin": _("%(person)s sits there: %(ways)s; or the pin is lifted."),
    "lift-forbid": _("%(person)s sits in one of these instead: %(ways)s; or the forbid is lifted."),
    "lift-one-of": _("%(person)s sits in one of these: %(ways)s; or the restriction is lifted."),
    "rejected": _(
        "%(person)s sits in one of these instead: %(ways)s. The forbid comes from a rejected move and stays as long as the rejection does."
    ),
    "other-bureau": _("%(person)s goes to a post of another bureau: %(ways)s."),
    "stay-put": _("%(person)s stays where they are: %(ways)s."),
    "fewer": _("Fewer people move into %(unit)s, %(count)s. These could stay a year longer: %(ways)s."),
}
"""Kind of a fix that has choices -> what it says."""

FIXES_WITHOUT: Mapping[str, Promise | str] = {
    "elsewhere": _("No other post in rotation has a free seat that %(person)s may take."),
    "stay": _("It holds only if the rules of the post ask for fewer years, %(years)s fewer."),
    "leave": _("No other post in rotation has a free seat that %(person)s may take."),
    "capacity": _(
        "%(post)s gets more seats, %(more)s beside the %(now)s of today. Nobody there could sit elsewhere within the rules."
    ),
    "headcount": _(
        "The authorised headcount of %(post)s grows by %(more)s, from %(now)s. Nobody there could sit elsewhere within the rules."
    ),
    "people": _("%(post)s gets more people, %(count)s. Nobody is free who may sit there."),
    "stayers": _("More people stay a year longer in %(post)s, %(count)s. Nobody who leaves could stay."),
    "place": _("No post in rotation has a free seat that %(person)s may take."),
    "return": _("A post is named to which %(person)s comes back in %(year)s."),
    "lift-pin": _("The pin is lifted."),
    "lift-forbid": _("The forbid is lifted."),
    "lift-one-of": _("The restriction is lifted."),
    "rejected": _("The forbid comes from a rejected move and stays as long as the rejection does."),
    "other-bureau": _("No post of another bureau has a free seat that %(person)s may take."),
    "stay-put": _("%(person)s is not moved."),
    "fewer": _("Fewer people move into %(unit)s, %(count)s; or the quota grows."),
}
"""Kind of a fix without a choice -> what it says."""

CHOICES: Mapping[str, Promise | str] = {
    "stay": _("%(person)s stays in %(post)s until the end of %(last)s"),
    "go": _("%(person)s goes to %(post)s in %(year)s"),
    "drop": _("Take back the move of %(person)s in %(year)s"),
    "lift": _("Lift the restriction on %(person)s"),
    "share": _("%(person)s has a share of %(share)s in %(post)s"),
    "return": _("Keep %(post)s for %(person)s until %(last)s"),
}
"""Kind of a choice -> what its button says."""
