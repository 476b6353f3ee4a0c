"""The texts of notices: where they come from, what may stand in them, and how they are filled in."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from django.template.loader import get_template
from django.utils.translation import gettext as _

from ikusei.notices.models import BODY_LENGTH, SUBJECT_LENGTH, Wording
from ikusei.notices.registry import CODES, Kind

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")

type Value = str | Mapping[str, str]
"""What is filled in for a placeholder: a text, or one for each language."""

RULE = "-" * 40
"""Stands between the languages of a letter in both."""


class WordingRefused(Exception):
    """A wording cannot be used; `problems` says why, a sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Words:
    """A subject and a text, with placeholders or filled in."""

    subject: str
    body: str

    @property
    def used(self) -> set[str]:
        """The placeholders that stand in it."""
        return set(PLACEHOLDER.findall(self.subject)) | set(PLACEHOLDER.findall(self.body))

    @property
    def digest(self) -> str:
        """A short text that differs where the words differ."""
        return hashlib.sha256(f"{self.subject}\n{self.body}".encode()).hexdigest()[:32]


@cache
def default_words(kind: Kind, language: str) -> Words:
    """The wording that Ikusei comes with. Raises TemplateDoesNotExist, WordingRefused: a mistake of the room."""
    source: str = get_template(kind.template(language)).template.source  # type: ignore[attr-defined]  # Django's own engine
    subject, _line, body = source.replace("\r\n", "\n").partition("\n")
    words = Words(subject.strip(), body.strip("\n") + "\n")
    check(kind, words)
    return words


def words_of(kind: Kind) -> dict[str, Words]:
    """Language -> the wording that holds now, in one query."""
    own = {row.language: Words(row.subject, row.body) for row in Wording.objects.filter(kind=kind.name)}
    return {code: own.get(code) or default_words(kind, code) for code in CODES}


def check(kind: Kind, words: Words) -> None:
    """Nothing. Raises WordingRefused for an empty or long text and for every placeholder that is not as it should be."""
    problems = []
    if not words.subject.strip() or not words.body.strip():
        problems.append(_("Neither the subject nor the text may be empty."))
    if "\n" in words.subject or "\r" in words.subject:
        problems.append(_("The subject is one line."))
    if len(words.subject) > SUBJECT_LENGTH or len(words.body) > BODY_LENGTH:
        problems.append(
            _("The subject may have %(subject)d characters and the text %(body)d.")
            % {"subject": SUBJECT_LENGTH, "body": BODY_LENGTH}
        )
    problems += [
        _("{%(name)s} is not known here; known are: %(known)s.")
        % {"name": name, "known": _list(kind.placeholders)}
        for name in sorted(words.used - set(kind.placeholders))
    ]
    problems += [
        _("{%(name)s} is missing: %(meaning)s has to stand somewhere in the subject or the text.")
        % {"name": name, "meaning": kind.placeholders[name]}
        for name in sorted(set(kind.needed) - words.used)
    ]
    if re.search(r"[{}]", PLACEHOLDER.sub("", words.subject + words.body)):
        problems.append(
            _("A brace stands alone: braces are written around placeholders only, such as {name}.")
        )
    if problems:
        raise WordingRefused(problems)


def _list(names: Iterable[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)


def fill(words: Words, values: Mapping[str, Value], language: str) -> Words:
    """The words with their placeholders filled in; raises KeyError for a value that is not given."""

    def value(match: re.Match[str]) -> str:
        return in_language(values[match[1]], language)

    subject = " ".join(PLACEHOLDER.sub(value, words.subject).split())
    return Words(subject, PLACEHOLDER.sub(value, words.body))


def in_language(value: Value, language: str) -> str:
    """The text for a language, the other one where that is empty or missing."""
    if isinstance(value, str):
        return value
    return value.get(language) or next((text for text in value.values() if text), "")


def compose(texts: Mapping[str, Words], values: Mapping[str, Value], language: str) -> Words:
    """The letter in a language, in both (Japanese first) where the reader's language is not known."""
    if language in texts:
        return fill(texts[language], values, language)
    parts = [fill(texts[code], values, code) for code in CODES]
    subjects = dict.fromkeys(part.subject for part in parts)
    return Words(" / ".join(subjects), f"\n{RULE}\n\n".join(part.body for part in parts))
