"""Text as Japanese offices keep it: widths, kana, variant characters, and what an encoding cannot write.

Four strengths of folding, weakest first. fold_kana and clean_name may be stored; normalise_key and search_key
are for comparing only, because they lose what a person's name is made of.
"""

import re
import unicodedata

import jaconv

from ikusei.lib.variants import VARIANTS

_HALF_KANA = re.compile("[\uff61-\uff9f]")
_LONE_SOUND_MARKS = str.maketrans({"\uff9e": "\u309b", "\uff9f": "\u309c"})
# Everything but the compatibility ideographs: NFC would replace them by another character.
_SAFE_TO_COMPOSE = re.compile("[^\uf900-\ufaff\U0002f800-\U0002fa1f]+")
_INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), 0x00AD, 0x2060, 0xFEFF])
_VARIATION_SELECTORS = dict.fromkeys([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-")

_SEARCH_EXTRA = str.maketrans(
    {**dict.fromkeys("・·=＝'’`.,、。", None), **dict.fromkeys("-‐‑‒–—―−－", None), "ヶ": "ケ", "ヵ": "カ"}
)

# The same sign under two code points: Unicode's name for it, and the one Microsoft's tables give to CP932.
_CP932_TWINS = str.maketrans("〜−‖—¢£¬", "～－∥―￠￡￢")


def fold_kana(text: str) -> str:
    """The text with half-width kana (ﾀﾞ) and their punctuation made full-width."""
    if not _HALF_KANA.search(text):
        return text
    return jaconv.h2z(text, kana=True, ascii=False, digit=False).translate(_LONE_SOUND_MARKS)


def clean_name(text: str) -> str:
    """A person's name fit for storing: full-width kana, single ASCII spaces, nothing invisible.

    Variant characters (髙 﨑 邉), compatibility ideographs and variation selectors stay as they are: NFC and
    NFKC would replace many of them, and it is not for us to respell a name. Letters typed with a separate sound
    mark or accent (か + ゛) are joined.
    """
    if text.isascii():
        return " ".join(text.split())
    joined = _SAFE_TO_COMPOSE.sub(lambda run: unicodedata.normalize("NFC", run.group()), fold_kana(text))
    return " ".join(joined.translate(_INVISIBLE).split())


def normalise_key(text: str) -> str:
    """The text for matching headings and codes: NFKC, one kind of dash, single spaces, no case."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_DASHES)).translate(_INVISIBLE)
    return " ".join(text.split()).casefold()


def search_key(text: str) -> str:
    """The text for finding a person: variants, kana, width and case folded, spaces and separators dropped.

    髙﨑 and 高崎, サイトウ and ｻｲﾄｳ and さいとう, O'Brien and obrien give the same key.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_VARIATION_SELECTORS)).translate(_INVISIBLE)
        text = jaconv.hira2kata(text).translate(VARIANTS)
    return "".join(text.translate(_SEARCH_EXTRA).split()).casefold()


def digits(text: str) -> str:
    """The text with full-width digits made ASCII, everything else kept."""
    return text.translate(_DIGITS)


def fit_encoding(text: str, encoding: str) -> str:
    """The text with signs that CP932 knows under another code point (〜 − ―) replaced by that twin."""
    return text.translate(_CP932_TWINS) if encoding.lower() == "cp932" and not text.isascii() else text


def encodable(text: str, encoding: str = "cp932") -> list[str]:
    """The characters of the text that the encoding cannot write, each once, in order."""
    fitted = fit_encoding(text, encoding)
    try:
        fitted.encode(encoding)
    except UnicodeEncodeError:
        return [sign for sign in dict.fromkeys(fitted) if not _fits(sign, encoding)]
    return []


def _fits(sign: str, encoding: str) -> bool:
    try:
        sign.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
