"""Is this about a person? The gate every cell passes before it may be stored: known columns, then values.

Nothing here returns or logs the value it looked at: callers learn *what* a cell looks like, in words.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

# Columns that hold personal data wherever they occur, as their words run once marks are taken away.
_PERSONAL_COLUMN = re.compile(
    r"""
    \b(head\s?teacher|head\s?(name|first\s?name|last\s?name|title|preferred\s?job\s?title)|trustees?|contact\s?name
    |contact\s?person|key\s?contact|named\s?contact|contact\s?(details|number|no|tel)|licen[cs]e\s?holder|licensee|first\s?name|last\s?name|surname
    |fore\s?names?|middle\s?names?|given\s?names?|full\s?name|date\s?of\s?birth|birth\s?date|d\s?o\s?b|upn
    |unique\s?pupil\s?number|nhs\s?(number|no)|national\s?insurance(\s?(number|no))?|ni\s?(number|no)|phone
    |tele?phone|tel|mobile\s?(phone|number|no|tel)|fax|e\s?mail|crime\s?id|social\s?worker|key\s?worker|next\s?of\s?kin
    |beneficial\s?owner|proprietor|manager\s?name|owner\s?name|principal\s?name|staff\s?name|pupil\s?name
    |child\s?name|young\s?person(\s?name)?|victim|suspect|passport|home\s?address)\b
    """,
    re.VERBOSE,
)

# The same where words run together, as in TelephoneNum once it is lower-case.
_RUN_TOGETHER = re.compile(
    r"telephone|phonen|mobilen|mobilep|email|dateofbirth|nhsn|firstname|lastname|surname|forename|headteacher"
    r"|contactname|nationalinsurance|trustee"
)
_ALONE = frozenset({"mobile", "contact", "contacts"})

_EMAIL = re.compile(r"[\w.+'-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_WEB = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
# Digits with the marks people put between them; not the tail of a longer number, nor of a date.
_PHONE = re.compile(r"(?<![\w/.-])(?:\+|00)\d{1,3}[\s().-]{0,3}(?:\d[\s().-]{0,2}){6,13}\d(?!\w)")
_UK_PHONE = re.compile(r"(?<![\w/.-])\(?0\d(?:[\s().-]{0,2}\d){8,9}(?!\w)")
_TEN_DIGITS = re.compile(r"(?<![\w.-])\d{3}[\s-]?\d{3}[\s-]?\d{4}(?![\w-])")
_UPN = re.compile(r"(?<!\w)[A-HJ-NP-RT-Z]\d{11}[\dA-HJ-NP-RT-Z](?!\w)")
_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_NATIONAL_INSURANCE = re.compile(r"(?<!\w)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D](?!\w)")
_DATE = r"(?:\d{1,2}[./\s-]+(?:\d{1,2}|[A-Za-z]{3,9})[./\s-]+\d{2,4}|\d{4}-\d{2}-\d{2}|[A-Z][a-z]{2,8} \d{1,2},? \d{4})"
_BIRTH = re.compile(rf"(?i:\b(?:born|birth|birthday|d\.?\s?o\.?\s?b\.?)\b)\W{{0,4}}(?:is|was|on|of)?\W{{0,4}}{_DATE}")
_NAME_WORD = r"[A-Z][a-zà-öø-ÿ]+(?:['’-][A-Z]?[a-zà-öø-ÿ]+)*"
_TITLED = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Mx|MR|MRS)\.? (?:[A-Z]\.? ?)?{_NAME_WORD}")
_DOCTOR = re.compile(rf"\b(?:Dr|Prof|Cllr|Rev|PC|Sgt)\.? {_NAME_WORD} {_NAME_WORD}")
_CALLED = re.compile(
    r"\b(?:boy|girl|child|pupil|student|person|teenager|son|daughter|lad|he|she|who|male|female)\b"
    rf"(?:\W+\w+){{0,2}}?\W+(?:called|named)\W{{1,3}}{_NAME_WORD}"
)

# A name that has one of these belongs to a body, not to a person.
_BODY_WORD = re.compile(
    r"""
    \b(academy|accord|action|active|advice|agency|aid|alliance|allotments?|amateur|apiary|art|arts|association|athletic
    |authority|awards?|bank|band|baptist|bar|bazaar|board|books?|bowls?|boxing|brook|brow|brownies|bureau|business|cafe|care
    |carnival|centre|center|chapel|charity|choir|church|cic|cio|circle|city|close|club|collective|college|committee
    |community|company|co|connect|consortium|coop|co-operative|corporation|council|court|crescent|cricket|dance|design
    |development|district|drive|dynamic|education|enterprises?|events?|family|festival|fete|film|fitness|food|football
    |for|forum|foundation|fc|friends|fund|futures?|garden|gardens|girlguides|green|group|guides?|hall|health|heritage|hill
    |history|holdings?|home|hospice|hospital|house|housing|hub|independence|infant|initiative|institute|junior|kitchen|lane
    |league|learning|leisure|library|limited|llp|lodge|ltd|market|media|memorial|mencap|mill|mind|ministries|minds
    |mission|mosque|motors|museum|music|network|nursery|of|officers?|olympic|orchestra|organisation|park|parks|parish
    |partners|partnership|party|people|place|play|plc|players|poets?|preschool|primary|productions?|project|pta|pub|radio
    |rangers|relief|residents|response|restaurant|road|rovers|rufc|running|school|scouts?|service|services|shop|singers
    |social|society|solutions|sons|spirit|sport|sports|square|st|station|store|street|studio|studios|support|surgery|swim
    |sync|synagogue|table|taxis?|team|temple|tennis|the|theatre|town|trading|trail|training|transport|trust|uk
    |union|united|university|village|volunteers?|ward|welfare|wi|wombles|women|works|workshops?|world|young|youth|zone)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)


def is_personal_column(name: str) -> bool:
    """Return whether a column of this name holds personal data by its nature and is dropped unread."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    plain = re.sub(r"[^a-z0-9]+", " ", words.casefold()).strip()
    return plain in _ALONE or bool(_PERSONAL_COLUMN.search(plain) or _RUN_TOGETHER.search(plain.replace(" ", "")))


def personal_value(text: str, *, names: bool = True) -> str | None:
    """Return in words what personal datum a text holds ("an e-mail address"), or None.

    ``names=False`` leaves the search for titled names out: a business may be called "Mrs Miggins". Web addresses are
    not looked into. The value itself is never returned.
    """
    if not _worth_a_look(text):
        return None
    text = _WEB.sub(" ", text)
    for what, found in (
        ("an e-mail address", bool(_EMAIL.search(text))),
        ("an NHS number", any(_is_nhs_number(match[0]) for match in _TEN_DIGITS.finditer(text))),
        ("a telephone number", bool(_PHONE.search(text) or _UK_PHONE.search(text))),
        ("a unique pupil number", any(_is_upn(match[0]) for match in _UPN.finditer(text))),
        ("a national insurance number", bool(_NATIONAL_INSURANCE.search(text))),
        ("a date of birth", bool(_BIRTH.search(text))),
        ("a person's name", names and bool(_TITLED.search(text) or _DOCTOR.search(text) or _CALLED.search(text))),
    ):
        if found:
            return what
    return None


def looks_like_person_name(name: str) -> bool:
    """Return whether the name of a body without a register number reads as a person's.

    Conservative: a title before a name, initials before a surname, or two to three capitalised words of which the
    first is a usual given name; never where a word says that it is a body (church, club, street ...).
    """
    words = name.replace(",", " ").split()
    if not 2 <= len(words) <= 4 or _BODY_WORD.search(name) or (not name.isascii() and any(c.isdigit() for c in name)):
        return False
    if re.search(r"[\d&/()+@!?]", name):
        return False
    if re.fullmatch(r"(?:mr|mrs|ms|miss|mx|dr|rev|cllr)\.?", words[0], re.IGNORECASE):
        return True
    if len(words) > 3 or not all(word[0].isupper() for word in words):
        return False
    initials = [word for word in words[:-1] if re.fullmatch(r"[A-Z]\.?(?:[A-Z]\.?)?", word)]
    if len(initials) == len(words) - 1 and len(words[-1]) > 2 and not words[-1].isupper():
        return True
    return words[0].casefold() in given_names()


@cache
def given_names() -> frozenset[str]:
    """Return the usual given names, lower-case."""
    return frozenset((files("ingest") / "given_names.txt").read_text("utf-8").split())


def _worth_a_look(text: str) -> bool:
    return any(mark in text for mark in "@0123456789") or " " in text or "(at)" in text or "[at]" in text


def _is_nhs_number(text: str) -> bool:
    """Check the modulus-11 digit of ten digits (NHS Data Dictionary)."""
    digits = [int(c) for c in text if c.isdigit()]
    check = 11 - sum(d * weight for d, weight in zip(digits[:9], range(10, 1, -1), strict=True)) % 11
    return len(set(digits)) > 1 and (0 if check == 11 else check) == digits[9]


def _is_upn(text: str) -> bool:
    """Check the leading letter of a unique pupil number (DfE: weights 2 to 13, modulus 23)."""
    last = text[12]
    tail = int(last) if last.isdigit() else _UPN_LETTERS.index(last)
    total = sum(int(digit) * weight for digit, weight in zip(text[1:12], range(2, 13), strict=True)) + tail * 13
    return text[0] == _UPN_LETTERS[total % 23]
