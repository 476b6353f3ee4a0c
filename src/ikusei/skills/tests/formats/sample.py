"""A small framework that uses every part of our format."""

from ikusei.skills.formats import (
    CoverageData,
    FrameworkData,
    GroupData,
    JobTypeData,
    LevelData,
    SkillData,
    StatementData,
    Text,
)

SAMPLE = FrameworkData(
    key="aozora",
    version="2026.1",
    name=Text("あおぞら スキル体系", "Aozora skills"),
    source="Aozora Metropolis",
    licence="CC BY 4.0",
    note=Text(en="For trying out."),
    levels=(
        LevelData(0, Text("なし", "None")),
        LevelData(1, Text("知っている", "Knows"), Text("説明できる。", "Can explain it.")),
        LevelData(2, Text("支援があればできる", "Does with support")),
    ),
    groups=(GroupData("build", Text("つくる", "Build"), Text("", "Making things.")),),
    skills=(
        SkillData(
            key="cloud",
            name=Text("クラウド", "Cloud"),
            group="build",
            description=Text("設計と運用", "Design and operation"),
            plain=Text("借りて使う計算機", "Computers on loan"),
            example=Text("", "=SUM is text here"),
            level_texts={1: Text("用語を\n説明する", "Explains words"), 2: Text("", "- Sets up a server")},
            statements=(
                StatementData("A.1", "statement", Text("", "Names three kinds.")),
                StatementData("A.2", "outcome", Text("選ぶ", "'=Chooses, with “quotes”")),
            ),
        ),
        SkillData(key="data_1", name=Text("データ", "")),
    ),
    job_types=(
        JobTypeData(
            key="engineer",
            name=Text("技術者", "Engineer"),
            family=Text("開発", "Development"),
            description=Text("", "Builds, runs"),
            requirements={"cloud": 2, "data_1": 0},
        ),
        JobTypeData(key="adviser", name=Text("", "Adviser")),
    ),
    coverage=(CoverageData("cloud", 2, 3), CoverageData("data_1", 1, 1, "B01-2")),
)
