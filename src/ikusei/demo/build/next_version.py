"""A new version of the framework that waits: one skill split in two, the plan for the ratings proposed."""

from datetime import date

from ikusei.demo.build.ratings import Language
from ikusei.lib.fiscal import end_of, fiscal_year
from ikusei.org.access import Viewer
from ikusei.skills.formats import Text
from ikusei.skills.services.framework_drafts import SkillSpec, copy_version, split_skill
from ikusei.skills.services.migration_plans import propose_migration

SPLIT = "cloud-platform"
INTO = (
    SkillSpec(Text(ja="クラウド基盤の設計", en="Cloud architecture"), "cloud-architecture"),
    SkillSpec(Text(ja="クラウド基盤の運用", en="Cloud operations"), "cloud-operations"),
)


def prepare(actor: Viewer, language: Language, *, today: date) -> None:
    """The draft for the next fiscal year with its migration, both waiting for the steward."""
    year = fiscal_year(today) + 1
    draft = copy_version(actor=actor, version=language.version, label=f"{year}.2")
    split_skill(actor=actor, version=draft, key=SPLIT, into=INTO)
    propose_migration(actor=actor, old=language.version, new=draft, use_from=end_of(year - 1))
