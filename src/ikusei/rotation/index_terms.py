"""The terms of the index read from JSON, with the path of what is wrong; and the ones Ikusei comes with. Pure."""

import math
from collections.abc import Mapping

from ikusei.rotation.index import Service, Targets, Terms

MOST_KEYS = 500
KEYS = ("category", "goal", "targets", "services", "weights")

SHIPPED: Mapping[str, object] = {
    "category": "ict",
    "goal": 0.5,
    "targets": {"gq": 65, "dq": 65},
    "services": {
        "line": {
            "weight": 0.35,
            "tau": 3,
            "name": {"ja": "各局の事業執行", "en": "Work of a line bureau"},
            "employers": ["city"],
            "classes": ["line_bureau"],
        },
        "digital": {
            "weight": 0.35,
            "tau": 3,
            "name": {"ja": "デジタル施策の企画・調達", "en": "Planning and procuring digital services"},
            "employers": [],
            "classes": ["bureau_digital_services"],
        },
        "law": {
            "weight": 0.1,
            "tau": 2,
            "name": {"ja": "法規・契約・予算", "en": "Law, contracts, budget"},
            "employers": [],
            "classes": [],
        },
        "liaison": {
            "weight": 0.1,
            "tau": 2,
            "name": {"ja": "国・区市町村との調整", "en": "Liaison with the state and municipalities"},
            "employers": ["municipality", "ministry"],
            "classes": ["municipality"],
        },
        "affiliate": {
            "weight": 0.1,
            "tau": 2,
            "name": {
                "ja": "政策連携団体での行政支援",
                "en": "Supporting administrations from an affiliated body",
            },
            "employers": ["affiliate"],
            "classes": ["govtech"],
        },
    },
    "weights": {},
}
"""In force until somebody sets others. tau: after so many years 63 % of a kind of service is learned."""


class InvalidTerms(ValueError):
    """The terms cannot be read: `path` says where (services.line.tau), `reason` what is wrong, one of the keys below."""

    UNKNOWN = "unknown"
    MISSING = "missing"
    OBJECT = "object"
    TEXT = "text"
    NUMBER = "number"
    SHARE = "share"
    INDEX = "index"
    POSITIVE = "positive"
    SUM = "sum"
    MANY = "many"

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path, self.reason = path, reason


def shipped() -> Terms:
    """The terms that Ikusei comes with."""
    return parse(SHIPPED)


def parse(document: object) -> Terms:
    """The terms that a JSON object says; what it leaves out is as Ikusei comes with it, kinds of service excepted.

    Raises InvalidTerms with the path of the field.
    """
    fields = _object(document, "")
    for key in fields:
        if key not in KEYS:
            raise InvalidTerms(key, InvalidTerms.UNKNOWN)
    return Terms(
        category=_text(fields.get("category", "ict"), "category"),
        goal=_between(fields.get("goal", 0.5), "goal", 1.0, InvalidTerms.SHARE),
        targets=_targets(fields.get("targets", {})),
        services=_services(_required(fields, "services", "services")),
        weights=_weights(fields.get("weights", {})),
    )


def document(terms: Terms) -> dict[str, object]:
    """The JSON object of terms: what `parse` reads."""
    return {
        "category": terms.category,
        "goal": terms.goal,
        "targets": {"gq": terms.targets.gq, "dq": terms.targets.dq},
        "services": {
            key: {
                "weight": one.weight,
                "tau": one.tau,
                "name": {"ja": one.name_ja, "en": one.name_en},
                "employers": list(one.employers),
                "classes": list(one.classes),
            }
            for key, one in terms.services.items()
        },
        "weights": dict(terms.weights),
    }


def _targets(value: object) -> Targets:
    fields = _object(value, "targets")
    for key in fields:
        if key not in ("gq", "dq"):
            raise InvalidTerms(f"targets.{key}", InvalidTerms.UNKNOWN)
    return Targets(
        gq=_between(fields.get("gq", 65), "targets.gq", 100.0, InvalidTerms.INDEX),
        dq=_between(fields.get("dq", 65), "targets.dq", 100.0, InvalidTerms.INDEX),
    )


def _services(value: object) -> dict[str, Service]:
    rows = _object(value, "services")
    found = {_text(key, "services"): _service(row, f"services.{key}") for key, row in rows.items()}
    if not math.isclose(sum(one.weight for one in found.values()), 1.0, abs_tol=1e-6):
        raise InvalidTerms("services", InvalidTerms.SUM)
    return found


def _service(value: object, path: str) -> Service:
    fields = _object(value, path)
    for key in fields:
        if key not in ("weight", "tau", "name", "employers", "classes"):
            raise InvalidTerms(f"{path}.{key}", InvalidTerms.UNKNOWN)
    name = _object(fields.get("name", {}), f"{path}.name")
    tau = _number(_required(fields, "tau", f"{path}.tau"), f"{path}.tau")
    if tau <= 0:
        raise InvalidTerms(f"{path}.tau", InvalidTerms.POSITIVE)
    weight = _required(fields, "weight", f"{path}.weight")
    return Service(
        weight=_between(weight, f"{path}.weight", 1.0, InvalidTerms.SHARE),
        tau=tau,
        name_ja=_words(name.get("ja", ""), f"{path}.name.ja"),
        name_en=_words(name.get("en", ""), f"{path}.name.en"),
        employers=_keys(fields.get("employers", []), f"{path}.employers"),
        classes=_keys(fields.get("classes", []), f"{path}.classes"),
    )


def _keys(value: object, path: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise InvalidTerms(path, InvalidTerms.TEXT)
    return tuple(_text(one, f"{path}[{place}]") for place, one in enumerate(value))


def _weights(value: object) -> dict[str, float]:
    found: dict[str, float] = {}
    for key, weight in _object(value, "weights").items():
        number = _number(weight, f"weights.{key}")
        if number < 0:
            raise InvalidTerms(f"weights.{key}", InvalidTerms.POSITIVE)
        found[key] = number
    return found


def _required(fields: Mapping[str, object], key: str, path: str) -> object:
    if key not in fields:
        raise InvalidTerms(path, InvalidTerms.MISSING)
    return fields[key]


def _object(value: object, path: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise InvalidTerms(path, InvalidTerms.OBJECT)
    if len(value) > MOST_KEYS:
        raise InvalidTerms(path, InvalidTerms.MANY)
    return value


def _text(value: object, path: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InvalidTerms(path, InvalidTerms.TEXT)
    return value


def _words(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise InvalidTerms(path, InvalidTerms.TEXT)
    return value


def _number(value: object, path: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InvalidTerms(path, InvalidTerms.NUMBER)
    return float(value)


def _between(value: object, path: str, most: float, reason: str) -> float:
    number = _number(value, path)
    if not 0 <= number <= most:
        raise InvalidTerms(path, reason)
    return number
