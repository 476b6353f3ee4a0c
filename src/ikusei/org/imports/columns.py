"""The columns of a staff list: what each is called in the file we write, and in the files offices bring."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ikusei.lib.fields import BilingualName
from ikusei.lib.tabular import Header, Table, TabularError
from ikusei.lib.tabular.header import CERTAIN

READ_FROM = 0.6
"""A heading that only resembles a column's name is read from this score on; below it, a person has to say so."""

# A heading with one of these speaks of somebody or something else: the unit before, the head's name, the spouse.
_NOT_OURS = (
    "前所属",
    "旧所属",
    "異動前",
    "異動先",
    "所属長",
    "上司",
    "配偶",
    "扶養",
    "緊急",
    "保護",
    "電話",
    "内線",
    "住所",
    "郵便",
    "備考",
)


@dataclass(frozen=True, slots=True)
class Column(BilingualName):
    """One thing a list may say of a person. `key` is what `--map key=heading` takes."""

    key: str
    name_ja: str
    name_en: str
    aliases: tuple[str, ...] = ()
    is_required: bool = False


COLUMNS = (
    Column(
        "number", "職員番号", "Staff number",
        ("職員番号", "職員No", "職員NO.", "職員ナンバー", "職員コード", "職員ID", "職員認識番号", "個人コード", "社員番号",
         "社員コード", "社員ID", "従業員番号", "従業員コード", "整理番号", "人事番号", "staff number", "staff no", "staff id",
         "employee number", "employee no", "employee id", "employee code", "personnel number", "external id", "ID"),
        is_required=True,
    ),
    Column(
        "name", "氏名", "Name",
        ("氏名", "職員氏名", "名前", "漢字氏名", "氏名漢字", "職員名", "社員名", "戸籍氏名", "本名", "name", "full name", "employee name",
         "staff name"),
        is_required=True,
    ),
    Column("family_name", "姓", "Family name",
           ("姓", "氏", "苗字", "名字", "漢字姓", "姓漢字", "family name", "last name", "surname")),
    Column("given_name", "名", "Given name", ("名", "下の名前", "漢字名", "名漢字", "given name", "first name", "forename")),
    Column(
        "kana", "フリガナ", "Reading",
        ("フリガナ", "ふりがな", "カナ", "カナ氏名", "氏名カナ", "氏名フリガナ", "氏名ふりがな", "氏名ヨミ", "読み", "読み仮名", "ヨミガナ",
         "よみがな", "シメイ", "カナ名", "kana", "reading", "name kana", "furigana", "phonetic name"),
    ),
    Column("family_kana", "セイ", "Family name reading",
           ("セイ", "せい", "姓カナ", "カナ姓", "姓フリガナ", "姓ふりがな", "family name kana", "last name kana")),
    Column("given_kana", "メイ", "Given name reading",
           ("メイ", "めい", "名カナ", "カナ名前", "名フリガナ", "名ふりがな", "given name kana", "first name kana")),
    Column(
        "used_name", "旧姓使用", "Name used at work",
        ("旧姓使用", "旧姓使用氏名", "旧姓", "通称", "通称名", "通称使用", "職務上の氏名", "使用氏名", "ビジネスネーム", "used name",
         "name used at work", "name at work", "preferred name", "known as"),
    ),
    Column(
        "name_latin", "ローマ字氏名", "Name in Latin letters",
        ("ローマ字氏名", "ローマ字", "氏名ローマ字", "英字氏名", "英語氏名", "氏名英字", "氏名英語", "アルファベット氏名",
         "name in latin letters", "latin name", "name latin", "romaji", "name in english", "roman name"),
    ),
    Column(
        "email", "メールアドレス", "Mail address",
        ("メールアドレス", "メール", "Eメール", "電子メール", "電子メールアドレス", "Eメールアドレス", "職場メールアドレス", "e-mail",
         "email", "mail", "mail address", "email address", "e-mail address"),
    ),
    Column("birth_date", "生年月日", "Date of birth",
           ("生年月日", "誕生日", "生年月日西暦", "生年月日和暦", "date of birth", "birth date", "birthday", "dob", "born")),
    Column("sex", "性別", "Sex", ("性別", "男女", "男女別", "性", "sex", "gender")),
    Column(
        "unit_code", "所属コード", "Unit code",
        ("所属コード", "所属CD", "所属番号", "組織コード", "組織CD", "部署コード", "部門コード", "部課コード", "課コード", "unit code",
         "department code", "organisation code", "organization code", "section code", "dept code"),
    ),
    Column(
        "unit", "所属", "Unit",
        ("所属", "所属名", "所属名称", "所属部署", "所属組織", "組織", "組織名", "組織名称", "部署", "部署名", "部門", "部門名", "現所属",
         "現所属名", "配属", "配属先", "勤務先", "部課名", "部課所名", "unit", "unit name", "department", "department name", "organisation",
         "organization"),
    ),
    Column("bureau", "局", "Bureau", ("局", "局名", "局名称", "局等", "局室名", "局室", "所属局", "bureau", "bureau name")),
    Column("division", "部", "Division", ("部", "部名", "部名称", "部等", "部室", "所属部", "division", "division name")),
    Column(
        "section", "課", "Section",
        ("課", "課名", "課名称", "課等", "課室", "課室名", "課所名", "課所", "所属課", "section", "section name"),
    ),
    Column(
        "team", "担当", "Team",
        ("担当", "担当名", "係", "係名", "班", "班名", "グループ", "グループ名", "チーム", "team", "team name", "group", "subsection"),
    ),
    Column(
        "post", "職名", "Post",
        ("職名", "ポスト", "ポスト名", "職", "役職", "役職名", "補職", "補職名", "職位名", "現職", "肩書", "職務名", "post", "post name",
         "position", "job title", "title"),
    ),
    Column(
        "grade", "職級", "Grade",
        ("職級", "級", "職層", "職層名", "等級", "級別", "職位", "職級名", "職務の級", "給料表の級", "職階", "階級", "grade", "rank", "job grade"),
    ),
    Column(
        "category", "職種", "Category",
        ("職種", "職種名", "職種区分", "採用職種", "採用区分", "職種コード名", "職群", "category", "career category", "job category",
         "occupation"),
    ),
    Column(
        "kind", "任用形態", "Kind of employment",
        ("任用形態", "任用区分", "任用種別", "任用種類", "雇用形態", "雇用区分", "職員区分", "身分", "身分区分", "勤務形態",
         "kind of employment", "employment kind", "employment type", "contract type", "kind"),
    ),
    Column(
        "hired_on", "採用年月日", "Hired on",
        ("採用年月日", "採用日", "入庁日", "入庁年月日", "入職日", "入職年月日", "入社日", "入社年月日", "就職年月日", "任用年月日", "hired on",
         "hire date", "date of hire", "start date", "joined", "date joined", "entry date"),
    ),
    Column(
        "posted_since", "現所属発令日", "Posted since",
        ("現所属発令日", "現所属発令年月日", "発令日", "発令年月日", "現職発令日", "現職発令年月日", "現所属着任日", "着任日", "着任年月日",
         "異動日", "異動年月日", "配属日", "配属年月日", "現所属年月日", "posted since", "in post since", "posting date", "assigned on",
         "transfer date"),
    ),
    Column(
        "last_day", "任期満了日", "Last day",
        ("任期満了日", "任期満了", "任期満了年月日", "任期末", "任期終了日", "任用終了日", "任期の末日", "退職日", "退職年月日", "退職予定日",
         "離職日", "離職年月日", "last day", "end date", "leaving date", "date of leaving", "contract end", "end of term"),
    ),
    Column("share", "本務割合", "Share of the home post",
           ("本務割合", "従事割合", "本務従事割合", "share of the home post", "home share", "share")),
    Column("concurrent_code", "兼務所属コード", "Concurrent unit code",
           ("兼務所属コード", "兼務コード", "兼務先コード", "兼務組織コード", "concurrent unit code")),
    Column(
        "concurrent", "兼務所属", "Concurrent unit",
        ("兼務所属", "兼務", "兼務先", "兼務先所属", "兼務所属名", "兼任", "併任", "併任先", "併任所属", "兼務部署", "concurrent unit",
         "concurrent", "second unit"),
    ),
    Column("concurrent_post", "兼務職名", "Concurrent post",
           ("兼務職名", "兼務ポスト", "兼務職", "兼務役職", "兼務補職", "併任職名", "兼任職名", "concurrent post", "second post")),
    Column("concurrent_share", "兼務割合", "Concurrent share",
           ("兼務割合", "兼務従事割合", "併任割合", "concurrent share", "share of the concurrent post")),
)  # fmt: skip

BY_KEY: Mapping[str, Column] = {column.key: column for column in COLUMNS}
WANTED: Mapping[str, tuple[str, ...]] = {
    column.key: (*column.aliases, column.name_ja, column.name_en, column.key) for column in COLUMNS
}
LEVELS = ("bureau", "division", "section", "team")


def confident(header: Header) -> Header:
    """The header without the guesses that nobody should act upon unasked."""
    doubtful: dict[str, int | str | None] = {}
    for key, score in header.scores.items():
        heading = header.column_name(key)
        if score < READ_FROM or (score < CERTAIN and any(word in heading for word in _NOT_OURS)):
            doubtful[key] = None
    return header.apply_mapping(doubtful) if doubtful else header


def mapped(header: Header, overrides: Mapping[str, int | str | None], table: Table) -> Header:
    """The header as a person corrected it. Raises TabularError for a field or a heading that does not exist."""
    unknown = next((key for key in overrides if key not in BY_KEY), None)
    if unknown is not None:
        raise TabularError(
            _("There is no field %(name)s.") % {"name": unknown},
            fix=_("The fields are: %(names)s.") % {"names": ", ".join(BY_KEY)},
            value=unknown,
            file=table.file,
        )
    return header.apply_mapping(overrides)
