"""Writes our own format as one JSON file."""

import json
from typing import Any

from .data import FORMAT, FrameworkData, SkillData, Text


def write_json(data: FrameworkData) -> bytes:
    """The framework as our JSON (UTF-8, a text's empty language left out); reading it gives `data` again."""
    return (json.dumps(_tree(data), ensure_ascii=False, indent=2) + "\n").encode()


def _tree(data: FrameworkData) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "key": data.key,
        "version": data.version,
        "name": _text_tree(data.name),
        "source": data.source,
        "licence": data.licence,
        "note": _text_tree(data.note),
        "levels": [
            {"number": level.number, "name": _text_tree(level.name), "meaning": _text_tree(level.meaning)}
            for level in data.levels
        ],
        "groups": [
            {"key": group.key, "name": _text_tree(group.name), "description": _text_tree(group.description)}
            for group in data.groups
        ],
        "skills": [_skill_tree(skill) for skill in data.skills],
        "job_types": [
            {
                "key": job_type.key,
                "family": _text_tree(job_type.family),
                "name": _text_tree(job_type.name),
                "description": _text_tree(job_type.description),
                "requirements": dict(job_type.requirements),
            }
            for job_type in data.job_types
        ],
        "coverage": [
            {"skill": one.skill, "level": one.level, "people": one.people, "unit": one.unit}
            for one in data.coverage
        ],
    }


def _skill_tree(skill: SkillData) -> dict[str, Any]:
    return {
        "key": skill.key,
        "group": skill.group,
        "name": _text_tree(skill.name),
        "description": _text_tree(skill.description),
        "plain": _text_tree(skill.plain),
        "example": _text_tree(skill.example),
        "levels": {str(number): _text_tree(text) for number, text in sorted(skill.level_texts.items())},
        "statements": [
            {"code": one.code, "kind": one.kind, "text": _text_tree(one.text)} for one in skill.statements
        ],
    }


def _text_tree(text: Text) -> dict[str, str]:
    return {language: value for language, value in (("ja", text.ja), ("en", text.en)) if value}
