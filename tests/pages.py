"""Every page that a browser looks at: by axe, by the HTML validator, by keyboard, at 320 px, and for `make shots`.

A new page gets its line here. In `url`, {owner} stands for the public id of that member of the cast, {unit-services}
for the number of a unit, {participant-colleague} for the number of a member's part in the open cycle.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """A page as one role sees it; `persona` is who looks at it in the demonstration city, for `make shots`. Without one,
    a page that belongs to somebody signed in gets no shot: its address holds only in the tests' office.
    """

    name: str
    url: str
    role: str = "nobody"
    persona: str = ""


LANGUAGES = ("ja", "en")

PAGES: tuple[Page, ...] = (
    Page("sign-in", "/account/login/"),
    Page("sign-in-code", "/account/login/code/"),
    Page("password-forgotten", "/account/password/reset/"),
    Page("words", "/words/"),
    Page("home-employee", "/", "stranger", "employee"),
    Page("home-ict", "/", "owner", "professional"),
    Page("home-manager", "/", "manager", "manager"),
    Page("home-host-supervisor", "/", "host_supervisor", "host"),
    Page("home-host-company", "/", "host_supervisor", "host-company"),
    Page("home-planner", "/", "planner", "planner"),
    Page("home-academy", "/", "academy", "academy"),
    Page("home-steward", "/", "steward", "steward"),
    Page("home-executive", "/", "executive", "executive"),
    Page("home-auditor", "/", "auditor", "auditor"),
    Page("home-administrator", "/", "administrator", "administrator"),
    Page("settings", "/account/settings/", "owner", "professional"),
    Page("second-factors", "/account/2fa/", "owner", "professional"),
    Page("my-map", "/map/", "owner", "professional"),
    Page("my-map-radar", "/map/?view=radar", "owner", "professional"),
    Page("my-level", "/map/digital-strategy/", "owner", "professional"),
    Page("person-level", "/people/{owner}/map/digital-strategy/", "manager", ""),
    Page("growth", "/growth/", "owner", "professional"),
    Page("experts", "/experts/?skill=digital-strategy", "owner", "professional"),
    Page("step-new", "/growth/steps/new/", "owner", "professional"),
    Page("team-plan", "/team-plan/", "manager", "manager"),
    Page("person-plan", "/people/{owner}/plan/", "manager", ""),
    Page("level-rule", "/level-rule/", "owner", "professional"),
    Page("level-rule-change", "/level-rule/change/", "steward", "steward"),
    Page("person-map", "/people/{owner}/map/", "manager", ""),
    Page("evidence", "/evidence/", "owner", "professional"),
    Page("evidence-new", "/evidence/new/", "owner", "professional"),
    Page("evidence-new-certificate", "/evidence/certificates/", "owner", "professional"),
    Page("evidence-new-work", "/evidence/new/work/", "owner", "professional"),
    Page("evidence-new-posting", "/evidence/new/posting/", "owner", "professional"),
    Page("person-evidence", "/people/{owner}/evidence/", "manager", ""),
    Page("certificates", "/certificates/", "steward", "steward"),
    Page("certificate-new", "/certificates/new/", "steward", "steward"),
    Page("certificates-import", "/certificates/import/", "steward", "steward"),
    Page("self-assessment", "/self-assessment/", "colleague", "professional"),
    Page("self-assessment-outcome", "/self-assessment/", "owner", ""),
    Page(
        "self-question", "/self-assessment/{participant-colleague}/skills/digital-strategy/", "colleague", ""
    ),
    Page("our-map", "/our-map/", "steward", "steward"),
    Page("our-map-people", "/our-map/people/?skill=digital-strategy&level=2", "steward", "steward"),
    Page("our-map-trend", "/our-map/trend/", "executive", "executive"),
    Page("unit-map", "/units/{unit-services}/map/", "manager", ""),
    Page("skill-sheets", "/skill-sheets/", "steward", "steward"),
    Page("skill-sheet-new", "/skill-sheets/new/", "steward", "steward"),
    Page("skill-sheet-template", "/skill-sheets/template/", "steward", "steward"),
    Page("frameworks", "/frameworks/", "steward", "steward"),
    Page("framework", "/frameworks/ikusei-demo/2026.1/", "steward", "steward"),
    Page("framework-copy", "/frameworks/ikusei-demo/2026.1/copy/", "steward", "steward"),
    Page("framework-compare", "/frameworks/ikusei-demo/2026.1/compare/2026.1/", "steward", "steward"),
    Page("migration-propose", "/frameworks/ikusei-demo/2026.1/migration/", "steward", "steward"),
    Page("skill", "/frameworks/ikusei-demo/2026.1/skills/digital-strategy/", "owner", "professional"),
    Page("job-types", "/frameworks/ikusei-demo/2026.1/job-types/", "owner", "professional"),
    Page("job-type", "/frameworks/ikusei-demo/2026.1/job-types/software-engineer/", "owner", "professional"),
    Page("confirmation", "/confirmation/", "manager", "manager"),
    Page("confirmation-host", "/confirmation/", "host_supervisor", "host"),
    Page("confirmation-person", "/confirmation/{owner}/", "manager", ""),
    Page("confirmation-history", "/confirmation/{owner}/history/", "manager", ""),
    Page("confirmation-sheet", "/confirmation/sheet/", "manager", "manager"),
    Page("proxy-sheet", "/confirmation/proxy-sheet/", "steward", "steward"),
    Page("second-ratings", "/second-ratings/", "colleague", "professional"),
    Page("second-rating-call", "/cycles/{cycle}/people/{owner}/second-rating/", "steward"),
    Page("proxy-answers", "/cycles/{cycle}/people/{colleague}/answers/", "steward"),
    Page("proxy-decisions", "/cycles/{cycle}/people/{owner}/decisions/", "steward"),
    Page("cycle-raters", "/cycles/{cycle}/raters/", "steward"),
    Page("people", "/people/", "manager", "planner"),
    Page("person", "/people/{owner}/", "manager", ""),
    Page("me", "/me/", "owner", "professional"),
    Page("who-looked", "/me/looks/", "owner", "professional"),
    Page("who-changed", "/me/changes/", "owner", "professional"),
    Page("privacy", "/privacy/", "owner", "professional"),
    Page("units", "/units/", "owner", "professional"),
    Page("unit", "/units/{unit-services}/", "planner", ""),
    Page("unit-change", "/units/{unit-services}/change/", "planner", ""),
    Page("posting-new", "/people/{owner}/postings/new/", "planner", ""),
    Page("host", "/people/{owner}/host/", "manager", ""),
    Page("employers", "/employers/", "administrator", "administrator"),
    Page("grants", "/grants/", "administrator", "administrator"),
    Page("account-new", "/accounts/new/", "administrator", "administrator"),
    Page("imports", "/imports/", "administrator", "administrator"),
    Page("people-import-new", "/imports/people/new/", "administrator", "administrator"),
    Page("framework-import", "/frameworks/import/", "steward", "steward"),
    Page("sheets", "/skill-sheets/", "steward", "steward"),
    Page("sheet-new", "/skill-sheets/new/", "steward", "steward"),
    Page("notices", "/notices/", "steward", "steward"),
    Page("wordings", "/notices/wordings/", "steward", "steward"),
    Page("wording", "/notices/wordings/notices.trial/ja/", "steward", "steward"),
    Page("returned-letters", "/notices/returned/", "steward", "steward"),
    Page("cycles", "/cycles/", "steward", "steward"),
    Page("cycle-new", "/cycles/new/", "steward", "steward"),
    Page("cycle-progress", "/cycles/{cycle}/", "steward"),
    Page("cycle-waiting", "/cycles/{cycle}/waiting/", "steward"),
    Page("cycle-to-settle", "/cycles/{cycle}/to-settle/", "steward"),
    Page("cycle-people", "/cycles/{cycle}/people/", "steward"),
    Page("cycle-person", "/cycles/{cycle}/people/{owner}/", "steward"),
    Page("cycle-population", "/cycles/{cycle}/population/?q=S-owner", "steward"),
    Page("cycle-rule", "/cycles/{cycle}/population/", "steward"),
    Page("cycle-close", "/cycles/{cycle}/close/", "steward"),
    Page("cycle-remind", "/cycles/{cycle}/remind/", "steward"),
    Page("am-i-asked", "/self-assessment/why/", "stranger", "professional"),
    Page("audit", "/audit/", "auditor", "auditor"),
    Page("jobs", "/operations/jobs/", "administrator", "administrator"),
    Page("rotation-posts", "/rotation/posts/", "planner", "planner"),
    Page("rotation-post", "/rotation/posts/{post-owner}/", "planner"),
    Page("rotation-post-rule", "/rotation/posts/{post-owner}/rule/", "planner"),
)
