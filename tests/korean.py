"""A second language, as small as one can be: real Korean for what is understood, made-up Hangul for what is said.

Its folder is written where a test wants it. Every English word of what Hark says becomes one in Hangul, so that
whatever is still in Latin letters in a reply stands in the code.
"""

import re
import shutil
import zlib
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import TOP

ENGLISH = TOP / "speaker" / "languages" / "en"
NAME = "ko"

WORDS = r"""
voice: ko
manners_before: [저기, 그럼]
manners_behind: [부탁해, 주세요]
signs: {open: 괄호 열고, close: 괄호 닫고, squared: 제곱, cubed: 세제곱, root: 루트, times: 곱하기, divided: 나누기, power: 거듭제곱,
        minus: 빼기}
spellings: []
heard: []
joints: [그리고]
and: 그리고
articles: []
alike: [그, 이]
lead: [부터]
doubtful: []
nothing: [뭔가]
parts: {morning: "오전 {}", afternoon: "오후 {}", evening: "저녁 {}", night: "밤 {}"}
later: "오후 {}"
"yes": [네, 응, 그래]
yes_first: [네, 응]
"no": [아니요, 아니, 됐어]
no_first: [아니요, 아니]
before_answer: [음]
dangling: [그리고, 또]
bound: []
unfinished: '(?:십|백|천)$'
before_text: [음]
behind_answer: [요]
places: [첫번째, 두번째, 세번째]
place_endings: [번째]
counts: [하나, 둘, 셋]
last: [마지막]
former: [앞엣것]
before_place: [번호]
one: [것]
behind_color: [색]
all: [모두, 둘 다]
fillers: [그]
other: [다른 거]
bare_length: "{} 분"
undo: [취소해]
lessons: {begins: '^내가 (.+)$', says: '라고 하면', between: '라고 하면\s+', forget: '^(.+) 잊어$'}
own_articles: [내]
lamps: [등]
area_forms: ["{}방"]
kinds: {light: [조명], blind: [블라인드], lock: [자물쇠], thermostat: [난방], vacuum: [청소기], fan: [선풍기], switch: [스위치],
        humidity: [습도], motion: [움직임], window: [창문]}
colors: {red: [빨강, 빨간], blue: [파랑, 파란], white: [하양]}
color_words: [빨강, 파랑]
shades: [진한]
polite: ["{} 주세요"]
"""

GRAMMAR = r'''
"""Korean, as far as the tests need it."""

import re
from datetime import date, timedelta

_DIGITS = {"영": 0, "일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "칠": 7, "팔": 8, "구": 9}
_NATIVE = {"한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9, "열": 10, "열한": 11, "열두": 12}
_UNITS = {"주": 604800, "일": 86400, "시간": 3600, "분": 60, "초": 1}
_DAYS = ("월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일")
_VALUES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_REPEATS = {"매일": "daily", "평일": "weekdays", "주말": "weekends"}
_PARTS = {"오전": "morning", "아침": "morning", "오후": "afternoon", "저녁": "evening", "밤": "night"}


def number_of(words):
    if re.fullmatch(r"-?\d+(\.\d+)?", words):
        return float(words) if "." in words else int(words)
    if words in _NATIVE:
        return _NATIVE[words]
    total, ones = 0, 0
    for letter in words:
        if letter == "십":
            total, ones = total + 10 * (ones or 1), 0
        elif letter in _DIGITS:
            ones = _DIGITS[letter]
        else:
            return None
    return total + ones if words else None


integer_of = amount_of = number_of


def percent_of(words):
    value = number_of(words.removesuffix("퍼센트").removesuffix("%").strip())
    return value if value is not None and 0 <= value <= 100 else None


def duration_of(words):
    if not re.fullmatch(r"(?:[^ ]+ ?(?:주|일|시간|분|초)(?: |$))+", words):
        return None
    parts = re.findall(r"([^ ]+?) ?(주|일|시간|분|초)(?: |$)", words)
    if any(number_of(many) is None for many, _ in parts):
        return None
    said = sum((number_of(many) or 0) * _UNITS[unit] for many, unit in parts)
    return said or None


def time_of(words):
    found = re.fullmatch(r"(?:(오전|아침|오후|저녁|밤) )?(\S+?) ?시(?: (\S+?) ?분| (반))?", words)
    hour = number_of(found[2]) if found else None
    if hour is None or not 0 <= hour < 24:
        return None
    late = _PARTS.get(found[1] or "") in ("afternoon", "evening", "night")
    minute = 30 if found[4] else number_of(found[3]) if found[3] else 0
    return f"{hour + 12 if late and hour < 12 else hour:02}:{minute:02}"


def date_of(words, today):
    if words in ("오늘", "내일"):
        return "today" if words == "오늘" else "tomorrow"
    return _VALUES[_DAYS.index(words)] if words in _DAYS else None


def repeat_of(words):
    return _REPEATS.get(words)


def expression_of(words):
    found = re.fullmatch(r"(\S+) (더하기|빼기|곱하기) (\S+)", words)
    sign = {"더하기": "+", "빼기": "-", "곱하기": "*"}
    return f"{number_of(found[1])} {sign[found[2]]} {number_of(found[3])}" if found else None


def items_of(words):
    return tuple(part.strip() for part in re.split(",| 그리고 ", words) if part.strip())


def area_of(words):
    return "all" if words == "모두" else words


def name_of(words):
    return words


def part_of_day(words):
    return next((part for said, part in _PARTS.items() if said in words), None)


def tells_half(words):
    return "정오" in words or "자정" in words


def days_in(text):
    return None


def singular(name):
    return name.removesuffix("들")


def inflections(word):
    return (word,)


def forms(word):
    return [word]


def number(value):
    return f"{int(value) if value == int(value) else value:,}"


def duration(seconds):
    left, said = round(seconds), []
    for unit, length in _UNITS.items():
        many, left = divmod(left, length)
        said += [f"{many}{unit}"] if many else []
    return " ".join(said[:2]) or "0초"


length = duration


def clock(moment):
    half = "오전" if moment.hour < 12 else "오후"
    return f"{half} {moment.hour % 12 or 12}시" + (f" {moment.minute}분" if moment.minute else "")


def calendar(day, year=False):
    return (f"{day.year}년 " if year else "") + f"{day.month}월 {day.day}일 {_DAYS[day.weekday()]}"


def when(day, today):
    ahead = (day - today).days
    return {0: "오늘", 1: "내일"}.get(ahead) or calendar(day, day.year != today.year)


of_day = when


def how_often(repeat):
    known = {value: said for said, value in _REPEATS.items()}
    return known.get(repeat) or "매주 " + ", ".join(_DAYS[_VALUES.index(day)] for day in repeat.split(","))


def joined(things):
    return ", ".join(things)


def either(things):
    return " 아니면 ".join(things)


def the(name):
    return name


def plural(noun):
    return noun


def category(many):
    return "other"


def many_by_itself(name):
    return False


def continued(sentence):
    return sentence


def aloud(text):
    return text


def sample(kind, r):
    return r.choice(("삼", "오", "십")) if kind == "number" else ""


taught = sample
'''


def hangul(text: str) -> str:
    """English in made-up Hangul, a word for a word; what stands in braces stays."""
    parts = re.split(r"(\{[^}]*\})", text)
    return "".join(part if part.startswith("{") else re.sub(r"[A-Za-z][A-Za-z']*", _word, part) for part in parts)


def write(folder: Path) -> None:
    """The language, as a folder ``ko`` in ``folder``."""
    place = folder / NAME
    place.mkdir(parents=True)
    (place / "__init__.py").touch()
    (place / "grammar.py").write_text(GRAMMAR, encoding="utf-8")
    (place / "words.yaml").write_text(WORDS, encoding="utf-8")
    (place / "none.txt").write_text("오늘은 날씨가 참 좋다\n밥을 먹었니\n", encoding="utf-8")
    (place / "home.yaml").write_text("areas: {}\n", encoding="utf-8")
    _translate(ENGLISH / "sentences.yaml", place / "sentences.yaml")


def plugins(folder: Path) -> Path:
    """The built-in plugins, each with its language files in Korean beside those in English."""
    made = folder / "intents"
    shutil.copytree(TOP / "intents", made, ignore=shutil.ignore_patterns("__pycache__"))
    for plugin in (each for each in made.iterdir() if each.is_dir()):
        _translate(plugin / "replies.en.yaml", plugin / f"replies.{NAME}.yaml")
        if (words := plugin / "words.en.yaml").exists():
            said = yaml.safe_load(words.read_text())
            spoken = (
                "parts",
                "scales",
                "signs",
                "functions",
                "percent",
                "factorial",
                "squared",
                "cubed",
                "units",
                "per",
            )
            said |= {key: _said(said[key]) for key in spoken if key in said}
            (plugin / f"words.{NAME}.yaml").write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
        _translate_manifest(plugin)
    return made


def _translate_manifest(plugin: Path) -> None:
    """What its commands ask for, and the names in its settings."""
    manifest = yaml.safe_load((plugin / "manifest.yaml").read_text())
    intents: dict[str, Any] = {}
    for name, intent in manifest["intents"].items():
        asks = {slot: {"ask": hangul(s["ask"])} for slot, s in intent.get("slots", {}).items() if "ask" in s}
        intents |= {name: {"slots": asks}} if asks else {}
    settings = {"default": "장보기"} if plugin.name == "list" else {}
    told = {"summary": hangul(manifest["summary"]), "intents": intents, "settings": settings}
    told = {key: part for key, part in told.items() if part}
    (plugin / f"manifest.{NAME}.yaml").write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")


def _translate(english: Path, korean: Path) -> None:
    said = _said(yaml.safe_load(english.read_text()))
    korean.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")


def _said(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _said(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_said(value) for value in part]
    return hangul(part) if isinstance(part, str) else part


def _word(found: re.Match[str]) -> str:
    code = zlib.crc32(found[0].encode())
    return "".join(chr(0xAC00 + (code >> shift) % 11172) for shift in (0, 12))
