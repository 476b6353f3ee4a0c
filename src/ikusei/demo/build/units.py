"""The employers and unit trees of the demonstration, with one reorganisation in their history."""

from dataclasses import dataclass, field
from datetime import date

from ikusei.demo.build.materials import load
from ikusei.org.access import Viewer
from ikusei.org.models import Employer, EmployerKind, Unit, UnitKind
from ikusei.org.services.units import UnitSpec, change_unit, create_employer, open_units

CITY_BEGINS = date(2000, 4, 1)
GOVTECH_BEGINS = date(2023, 7, 1)
REORGANISED = date(2024, 4, 1)
DIGITAL = "DSV"
GOVTECH = "GTA"
DISPATCH_HOME = "DSV010103"


@dataclass(slots=True)
class City:
    """The saved employers and units by code, and what the builder needs to know of them."""

    employer: Employer
    govtech: Employer
    others: dict[str, Employer] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    sections: list[str] = field(default_factory=list)
    divisions: list[str] = field(default_factory=list)
    bureaus: list[str] = field(default_factory=list)
    digital_teams: dict[str, list[str]] = field(default_factory=dict)  # team code -> job types
    govtech_teams: dict[str, list[str]] = field(default_factory=dict)

    def section_of(self, code: str) -> str:
        """The section a team belongs to; a section is its own."""
        return code[:7]


def build(actor: Viewer, *, bureaus: int) -> City:
    """The saved city: employers, units, and the renaming of 2024, with so many bureaus besides Digital Services."""
    data = load("city")
    city = City(
        employer=_employer(actor, data["city"], EmployerKind.CITY),
        govtech=_employer(actor, data["govtech"], EmployerKind.AFFILIATE),
    )
    _open_city(actor, city, _kept(data["city"]["bureaus"], bureaus))
    _open_govtech(actor, city, data["govtech"])
    for kind, rows in (
        (EmployerKind.MUNICIPALITY, data["municipalities"]),
        (EmployerKind.COMPANY, data["companies"]),
    ):
        for row in rows:
            employer = _employer(actor, row, kind)
            city.others[row["code"]] = employer
            spec = UnitSpec(
                code=f"{row['code']}-1",
                parent="",
                kind=UnitKind.SECTION,
                name_ja=f"{row['name']['ja']} デジタル担当",
                name_en=f"{row['name']['en']}, Digital Team",
            )
            city.units |= open_units(actor=actor, employer=employer, specs=[spec], from_date=CITY_BEGINS)
    return city


def _kept(rows: list[dict], others: int) -> list[dict]:  # type: ignore[type-arg]  # JSON
    """The Bureau of Digital Services and the first others, in the city's order."""
    first = [row["code"] for row in rows if row["code"] != DIGITAL][:others]
    return [row for row in rows if row["code"] == DIGITAL or row["code"] in first]


def _employer(actor: Viewer, row: dict[str, dict[str, str]], kind: EmployerKind) -> Employer:
    return create_employer(
        actor=actor,
        code=str(row["code"]).lower(),
        kind=kind,
        name_ja=row["name"]["ja"],
        name_en=row["name"]["en"],
    )


def _spec(row: dict[str, dict[str, str]], parent: str, kind: UnitKind, order: int) -> UnitSpec:
    return UnitSpec(
        code=str(row["code"]),
        parent=parent,
        kind=kind,
        name_ja=row["name"]["ja"],
        name_en=row["name"]["en"],
        order=order,
    )


def _open_city(actor: Viewer, city: City, bureaus: list[dict]) -> None:  # type: ignore[type-arg]  # JSON
    specs = []
    for place, bureau in enumerate(bureaus):
        specs.append(_spec(bureau, "", UnitKind.BUREAU, place))
        city.bureaus.append(bureau["code"])
        for division in bureau["divisions"]:
            specs.append(_spec(division, bureau["code"], UnitKind.DIVISION, len(specs)))
            city.divisions.append(division["code"])
            for section in division["sections"]:
                specs.append(_spec(section, division["code"], UnitKind.SECTION, len(specs)))
                city.sections.append(section["code"])
                for team in section.get("teams", ()):
                    specs.append(_spec(team, section["code"], UnitKind.TEAM, len(specs)))
                    city.digital_teams[team["code"]] = team["job_types"]
    city.units |= open_units(actor=actor, employer=city.employer, specs=specs, from_date=CITY_BEGINS)
    change_unit(
        actor=actor,
        unit=city.units["DSV0103"],
        on=REORGANISED,
        name_ja="デジタル人材戦略課",
        name_en="Digital Talent Strategy Section",
    )


def _open_govtech(actor: Viewer, city: City, govtech: dict) -> None:  # type: ignore[type-arg]  # JSON
    root = f"{GOVTECH}00"
    specs = [UnitSpec(root, "", UnitKind.BUREAU, govtech["name"]["ja"], govtech["name"]["en"])]
    for division in govtech["divisions"]:
        specs.append(_spec(division, root, UnitKind.DIVISION, len(specs)))
        for team in division["teams"]:
            specs.append(_spec(team, division["code"], UnitKind.TEAM, len(specs)))
            city.govtech_teams[team["code"]] = team["job_types"]
    city.units |= open_units(actor=actor, employer=city.govtech, specs=specs, from_date=GOVTECH_BEGINS)
