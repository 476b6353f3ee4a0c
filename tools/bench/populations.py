"""Runs inside Django on the city's database: finds, counts and explains populations. Prints one JSON object."""

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from statistics import median
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ikusei.config.settings")

import django

django.setup()

from ikusei.lib import clock
from ikusei.org.models import EmployerKind, Person, UnitPeriod
from ikusei.org.queries.supervisors import supervisors
from ikusei.org.rules import Rule, counts, explain, explain_all, matching, parse

RUNS = 20


def rules(bureau: int, city: str) -> dict[str, dict[str, Any]]:
    """Name -> rule: what offices ask for, and one that asks for every fact."""
    return {
        "everybody": {"groups": [[]]},
        "ICT staff": {"groups": [[{"fact": "category", "is": ["ict"]}]]},
        "one bureau": {"groups": [[{"fact": "unit", "is": [bureau]}]]},
        "literacy: city staff but annual, new or on leave": {
            "groups": [
                [
                    {"fact": "employer", "is": [city]},
                    {"fact": "employment_kind", "is_not": ["annual"]},
                    {"fact": "months_employed", "at_least": 3},
                ],
                [{"fact": "category", "is": ["ict"]}],
            ],
            "except": [{"fact": "leave", "is": ["yes"]}, {"fact": "grade", "at_least": "局長"}],
        },
        "every fact": {
            "groups": [
                [
                    {"fact": "employer", "is": [city]},
                    {"fact": "employment_kind", "is": ["regular", "fixed-term"]},
                    {"fact": "grade", "at_most": "部長"},
                    {"fact": "unit", "is_not": [bureau]},
                    {"fact": "posting", "is_not": ["concurrent"]},
                    {"fact": "outside", "is": ["no"]},
                    {"fact": "leads", "is": ["no"]},
                    {"fact": "entry_route", "is_not": ["none"]},
                    {"fact": "months_in_post", "at_least": 1},
                ],
                [{"fact": "category", "is": ["ict"]}],
            ],
            "except": [
                {"fact": "leave", "is": ["yes"]},
                {"fact": "months_employed", "at_most": 2},
                {"fact": "job_type", "is": ["none"]},
            ],
        },
    }


def main() -> None:
    """Milliseconds of each rule, of the explanations, and of finding who supervises whom."""
    on = clock.today()
    top = UnitPeriod.objects.on(on).filter(parent=None, unit__employer__kind=EmployerKind.CITY)
    bureau = top.select_related("unit__employer").order_by("unit_id")[0]
    asked = {n: parse(data) for n, data in rules(bureau.unit_id, bureau.unit.employer.code).items()}
    told = []
    for name, rule in asked.items():
        times = [_ms(partial(_found, rule, on)) for _run in range(RUNS)]
        told.append(
            {
                "name": name,
                "in": _found(rule, on),
                "p50": median(times),
                "max": max(times),
                "counts": median(_ms(partial(counts, rule, on)) for _run in range(3)),
            }
        )
    rule = asked["every fact"]
    everybody = Person.objects.values_list("pk", flat=True)
    somebody = everybody.order_by("pk")[1000]
    json.dump(
        {
            "people": Person.objects.count(),
            "rules": told,
            "explain_one": median(_ms(lambda: explain(rule, somebody, on)) for _run in range(RUNS)),
            "explain_all": _ms(lambda: explain_all(rule, everybody, on)),
            "supervisors": _ms(lambda: supervisors(everybody, on)),
        },
        sys.stdout,
    )


def _found(rule: Rule, on: date) -> int:
    return len(list(matching(rule, on).values_list("pk", flat=True)))


def _ms(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return (time.perf_counter() - began) * 1000


main()
