"""Every page that a browser looks at: by axe, by the HTML validator, by keyboard, at 320 px, and for `make shots`.

A new page gets its line here. In `url`, {owner} stands for the public id of that member of the cast, {unit:services}
for the number of a unit.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """A page as one role sees it; `persona` is who looks at it in the demonstration city, for the shots."""

    name: str
    url: str
    role: str = "nobody"
    persona: str = ""


LANGUAGES = ("ja", "en")

PAGES: tuple[Page, ...] = (
    Page("sign-in", "/account/login/"),
    Page("sign-in-code", "/account/login/code/"),
    Page("home-employee", "/", "stranger"),
    Page("home-ict", "/", "owner"),
    Page("home-manager", "/", "manager"),
    Page("home-host-supervisor", "/", "host_supervisor"),
    Page("home-planner", "/", "planner"),
    Page("home-academy", "/", "academy"),
    Page("home-steward", "/", "steward"),
    Page("home-executive", "/", "executive"),
    Page("home-auditor", "/", "auditor"),
    Page("home-administrator", "/", "administrator"),
)
