"""A second language is a folder: whatever is said then comes from it, and what is answered is understood by it."""

import ast
import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from speaker import answers, dialogue, languages, manifest, places, replies
from speaker.build import Hark, Place
from speaker.config import Config, read
from speaker.errors import ConfigError, ModelError
from speaker.events import Intent, IntentSpec, Parse, Reply, SlotSpec
from speaker.home import HomeConfig
from speaker.slots import resolve
from speaker.spoken import joined
from speaker.states import Do, Heard, Say, State
from speaker.testing import Bench
from tests import korean
from tests.conftest import TOP

TODAY = date(2026, 11, 24)
LATIN = re.compile(r"[A-Za-z]+")
HOME = {
    "here": "부엌",
    "areas": {
        "부엌": {
            "천장등": {"kind": "light"},
            "주전자": {},
            "창가 블라인드": {"kind": "blind"},
            "뒷문": {"kind": "lock"},
        },
        "거실": {
            "스탠드": {"kind": "light", "color": False, "brightness": False},
            "큰 블라인드": {"kind": "blind"},
            "난로": {"kind": "thermostat", "state": {"target": 21.0, "temperature": 20.5}},
            "로봇": {"kind": "vacuum", "rooms": True, "state": {"battery": 12}},
        },
        "욕실": {
            "감지기": {"kind": "humidity", "state": {"humidity": 62.0, "temperature": 22.5}},
            "문": {"kind": "motion"},
        },
    },
    "scenes": {"영화": {"천장등": {"on": False}}},
}


@pytest.fixture
def korean_spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of languages with Korean in it, which is spoken."""
    folder = tmp_path / "languages"
    korean.write(folder)
    monkeypatch.setattr(languages, "__path__", [*languages.__path__, str(folder)])
    languages.choose(korean.NAME)
    yield folder
    languages.choose(languages.DEFAULT)
    for name in [name for name in sys.modules if name.startswith(f"speaker.languages.{korean.NAME}")]:
        del sys.modules[name]


@pytest.fixture
def bench(korean_spoken: Path, tmp_path: Path) -> Iterator[Bench]:
    """The built-in plugins, with their language files in Korean."""
    home = HomeConfig.model_validate(HOME)
    with Bench([korean.plugins(tmp_path)], tmp_path / "data", home) as opened:
        yield opened


# --- what is said ---------------------------------------------------------------------------------------------

COMMANDS = (
    ("timer.start", {"duration": 330}, "5분 30초"),
    ("timer.start", {"duration": 600, "name": "국수"}, "국수"),
    ("timer.status", {}, "10분"),
    ("timer.cancel", {}, "아니면"),  # which one?
    ("timer.pause", {"name": "국수"}, "국수"),
    ("timer.increase", {"duration": 60, "name": "국수"}, "11분"),
    ("timer.cancel", {"name": "찌개"}, "찌개"),
    ("timer.cancel_all", {}, "2"),
    ("alarm.set", {"time": "07:00"}, "오전 7시 내일"),
    ("alarm.set", {"time": "08:30", "repeat": "weekdays"}, "오전 8시 30분 평일"),
    ("alarm.list", {}, "오전 7시 내일, 오전 8시 30분 평일"),
    ("alarm.cancel", {}, "아니면"),
    ("alarm.cancel", {"date": "monday"}, "3월 9일 월요일"),
    ("alarm.snooze", {}, ""),
    ("reminder.set", {"text": "물 주기", "time": "19:00"}, "오후 7시"),
    ("reminder.set", {"text": "전화", "duration": 3600}, "1시간"),
    ("reminder.list", {}, "물 주기"),
    ("reminder.cancel", {"text": "전화"}, "전화"),
    ("list.add", {"item": ("우유", "빵")}, "우유, 빵"),
    ("list.read", {}, "우유, 빵"),
    ("list.remove", {"item": ("빵", "물")}, "빵"),
    ("list.clear", {}, ""),
    ("clock.time", {}, "오후 6시 30분"),
    ("clock.date", {}, "2026년 3월 6일 금요일"),
    ("clock.date", {"date": "tomorrow"}, "3월 7일"),
    ("light.on", {"name": "천장등"}, "천장등"),
    ("light.set", {"name": "천장등", "color": "빨간"}, "빨간"),
    ("light.set", {"name": "천장등", "brightness": 40}, "40"),
    ("light.set", {"name": "스탠드", "area": "거실", "color": "파랑"}, "스탠드"),
    ("light.brighter", {"name": "천장등"}, "60"),
    ("light.on", {"name": "없는 것"}, "없는 것"),
    ("light.off", {}, "천장등"),
    ("device.on", {"name": "주전자"}, "주전자"),
    ("cover.close", {"name": "창가 블라인드"}, "창가 블라인드"),
    ("cover.set", {"name": "큰 블라인드", "area": "거실", "position": 30}, "30"),
    ("cover.stop", {"name": "큰 블라인드", "area": "거실"}, "블라인드"),
    ("climate.set", {"temperature": 21, "area": "거실"}, "21"),
    ("climate.get", {"area": "거실"}, "20.5"),
    ("climate.set", {"temperature": 300}, "35"),
    ("climate.get", {"area": "부엌"}, "부엌"),
    ("lock.lock", {"name": "뒷문"}, "뒷문"),
    ("lock.lock", {"name": "앞문"}, "앞문"),
    ("scene.activate", {"name": "영화"}, "영화"),
    ("scene.activate", {"name": "축제"}, "축제"),
    ("vacuum.start", {"area": "거실"}, "로봇"),
    ("vacuum.dock", {}, "로봇"),
    ("state.get", {"name": "천장등"}, "천장등"),
    ("state.get", {"name": "로봇"}, "12"),
    ("state.get", {"name": "anything"}, ""),
    ("state.get", {"kind": "humidity", "area": "욕실"}, "62"),
    ("state.get", {"kind": "motion", "area": "욕실"}, ""),
    ("state.get", {"name": "battery"}, "12"),
    ("volume.set", {"level": 30}, "30"),
    ("volume.mute", {}, ""),
    ("math.calculate", {"expression": "12 * 7"}, "84"),
    ("math.calculate", {"expression": "2 / 3"}, "0.67"),
    ("math.calculate", {"expression": "sqrt(81)"}, "9"),
    ("math.calculate", {"expression": "1 / 0"}, ""),
    ("math.calculate", {"expression": "1/3 of 9"}, "3"),
    ("math.convert", {"amount": 2, "from": korean.hangul("miles"), "to": korean.hangul("yards")}, "3,520"),
    ("random.coin", {}, ""),
    ("random.dice", {"sides": 20}, "20"),
    ("random.number", {}, "10"),
    ("assistant.greet", {}, ""),
    ("assistant.joke", {}, ""),
    ("assistant.repeat", {}, ""),
    ("announce.broadcast", {"message": "밥 먹자"}, "밥 먹자"),
    ("question.ask", {"text": "왜"}, ""),
    ("media.pause", {}, ""),
    ("media.play", {"query": "아리랑"}, ""),
)


def test_no_english_word_is_left_in_what_the_plugins_say(bench: Bench) -> None:
    said = [(intent, bench.do(intent, **slots).text, part) for intent, slots, part in COMMANDS]
    assert [(intent, text) for intent, text, _ in said if not text or LATIN.search(text)] == []
    assert [(intent, text, part) for intent, text, part in said if part not in text] == []


def test_what_commands_ask_for_is_in_the_file_of_the_language(bench: Bench) -> None:
    asked = [slot.ask for plugin in bench.plugins.loaded for spec in plugin.manifest.specs() for slot in spec.slots]
    assert len([ask for ask in asked if ask]) > 5
    assert not [ask for ask in asked if LATIN.search(ask)]


def test_what_rings_and_the_state_of_the_machine_are_in_it_too(bench: Bench) -> None:
    bench.do("timer.start", duration=60)
    bench.do("alarm.set", time="19:00")
    bench.do("reminder.set", text="약", time="20:00")
    bench.wait(3 * 3600)
    assert len(bench.voice.rung) == 3
    status = re.sub(r"[\d.:a-f]{7,}", "", bench.do("system.status").text)  # an address may have letters of its own
    assert not [text for text in (*bench.voice.rung, status) if LATIN.search(text)]


def test_a_plugin_that_does_not_speak_it_goes_on_in_english(bench: Bench, tmp_path: Path) -> None:
    assert replies.read(Path(__file__).parent / "plugins" / "coffee", "coffee", "ko").reply("empty").startswith("There")


# --- what is understood ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "words", "value"),
    [
        ("number", "이십오", 25),
        ("percent", "오십 퍼센트", 50),
        ("duration", "한 시간 삼십 분", 5400),
        ("time", "오후 세 시 반", "15:30"),
        ("date", "내일", "tomorrow"),
        ("repeat", "매일", "daily"),
        ("items", "우유, 빵", ("우유", "빵")),
        ("expression", "칠 곱하기 팔", "7 * 8"),
        ("duration", "five minutes", None),
        ("date", "tomorrow", None),
    ],
)
def test_values_are_read_by_its_grammar(korean_spoken: Path, kind: str, words: str, value: object) -> None:
    assert resolve(kind, words, TODAY) == value  # type: ignore[arg-type]


def test_answers_are_its_own(korean_spoken: Path) -> None:
    assert answers.agrees("네")
    assert answers.declines("아니요")
    assert not answers.agrees("yes")
    assert not answers.declines("never mind")
    assert answers.chosen("두번째", ["부엌", "거실"]) == (1,)
    assert answers.chosen("둘 다", ["부엌", "거실"]) == (0, 1)
    assert answers.filled("음 십 분", [SlotSpec("duration", "duration")], TODAY) == {"duration": "십 분"}
    assert answers.filled("십", [SlotSpec("duration", "duration")], TODAY) == {"duration": "십 분"}
    assert dialogue.asks_to_undo("취소해")
    assert not dialogue.asks_to_undo("undo that")


def test_a_conversation_asks_and_is_answered_in_it(korean_spoken: Path) -> None:
    unlock = IntentSpec("lock.unlock", (SlotSpec("name", "name", required=True),), ("{name} 열어",), confirm=True)
    timer = IntentSpec("timer.start", (SlotSpec("duration", "duration", required=True),), ("타이머",))
    specs = {spec.name: spec for spec in (unlock, timer)}

    def heard(text: str, *intents: Intent) -> Heard:
        return Heard(text, Parse(text, intents, not intents, 0.95), specs, TODAY)

    state, action = dialogue.hear(State(), heard("타이머", Intent("timer.start", {}, 0.9, {}, "타이머")), 0.0)
    assert isinstance(action, Say)
    said = [action.reply.text]
    state, action = dialogue.hear(state, heard("글쎄"), 1.0)
    assert isinstance(action, Say)
    said.append(action.reply.text)
    state, action = dialogue.hear(state, heard("다섯 분"), 2.0)
    assert isinstance(action, Do)
    assert action.intents[0].slots == {"duration": 300}

    door = Intent("lock.unlock", {"name": "뒷문"}, 0.9, {"name": "뒷문"}, "뒷문 열어")
    state, action = dialogue.hear(State(), heard("뒷문 열어", door), 0.0)
    assert isinstance(action, Say)
    said.append(action.reply.text)
    no = dialogue.hear(state, heard("아니"), 1.0)[1]
    assert isinstance(no, Say)
    said.append(no.reply.text)
    assert isinstance(dialogue.hear(state, heard("응"), 1.0)[1], Do)
    _, both = dialogue.done(
        State(), Do((door, door)), [Reply("열었어요"), Reply("안 돼요", ok=False)], (), heard("뒷문 열어", door), 0.0
    )
    said.append(both.text)
    assert len(said) == 5
    assert not [text for text in said if LATIN.search(text)]


TEA = """name: tea
summary: Tea.
intents:
  tea.brew:
    slots: {minutes: {type: duration, required: true, ask: "How long?"}}
    confirm: true
    examples: [brew tea, make tea]
"""
TEA_KO = """summary: 차.
intents:
  tea.brew:
    slots: {minutes: {ask: "얼마나 오래?"}}
    examples: ["차 끓여", "차 끓여 줘", "녹차 한 잔 부탁"]
"""


def test_hark_speaks_it_from_command_to_reply(
    korean_spoken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plugin's examples in another language are understood without training; the built-in intents want a model."""
    folder = tmp_path / "tea"
    folder.mkdir()
    (folder / "manifest.yaml").write_text(TEA)
    (folder / f"manifest.{korean.NAME}.yaml").write_text(TEA_KO, encoding="utf-8")
    (folder / "handler.py").write_text('def brew(context, minutes):\n    return context.reply("done", count=minutes)\n')
    (folder / "replies.en.yaml").write_text("done: 'Tea in {count} seconds.'\n")
    (folder / f"replies.{korean.NAME}.yaml").write_text("done: '{count}초 뒤에 차가 돼요.'\n", encoding="utf-8")
    monkeypatch.setattr(places, "INTENTS", korean.plugins(tmp_path))
    config = Config.model_validate(
        {"language": korean.NAME, "understanding": {"model": str(places.LANGUAGE_MODEL)}, "home": HOME}
    )
    assert config.voice == "ko"
    with Hark(Place(config, None, tmp_path / "data", (folder,))) as hark:
        assistant = hark.assistant()
        said = [turn.reply.text for text in ("차 끓여 줘", "십 분", "네") if (turn := assistant.ask(text)).reply]
        assert said[0] == "얼마나 오래?"
        assert said[2] == "600초 뒤에 차가 돼요."
        said += [turn.reply.text for text in ("비가 오네", "취소해") if (turn := assistant.ask(text)).reply]
        assert not [text for text in said if LATIN.search(text)]
        with pytest.raises(ModelError, match="hears English alone; fetch a Vosk model"):
            hark.recogniser()


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (
            "intents:\n  tea.brw: {examples: [차]}\n",
            2,
            "'tea.brw' is nothing that differs by language here; did you mean 'tea.brew'?",
        ),
        ("intents:\n  tea.brew:\n    slots: {minute: {ask: 몇 분}}\n", 3, "did you mean 'minutes'?"),
        ("summary: 차\npatience: 3\n", 2, "'patience' is nothing that differs by language"),
        ("summary: [차\n", 2, "this cannot be read"),
    ],
)
def test_a_manifest_in_another_language_says_nothing_new(tmp_path: Path, text: str, line: int, says: str) -> None:
    (tmp_path / "manifest.yaml").write_text(TEA)
    (tmp_path / "manifest.ko.yaml").write_text(text, encoding="utf-8")
    plan, problems = manifest.examine(tmp_path / "manifest.yaml", "ko")
    assert plan is None
    assert (problems[0].file.name, problems[0].line) == ("manifest.ko.yaml", line)
    assert says in problems[0].text
    assert manifest.examine(tmp_path / "manifest.yaml")[0] is not None


# --- what there has to be -------------------------------------------------------------------------------------


def test_a_language_that_there_is_not_is_an_error_that_names_those_that_there_are(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("language: eng\n")
    with pytest.raises(ConfigError, match=r"language: there is no language 'eng'; did you mean 'en'\?; Hark speaks en"):
        read(tmp_path / "config.yaml")


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("grammar.py", "def number_of(words): ...\n", "grammar.py lacks integer_of, "),
        ("words.yaml", korean.WORDS.replace("voice: ko", "voices: ko"), "words.yaml:2: voice: Field required"),
        (
            "words.yaml",
            korean.WORDS.replace("[음]", "['(']", 1),
            r"words.yaml:\d+: before_answer: .*no regular expression",
        ),
        ("words.yaml", korean.WORDS.replace('"yes": [', "yes: ["), r"words.yaml:\d+: yes: Field required"),
        ("sentences.yaml", "left: []\n", r"sentences.yaml:1: left: there is no sentence"),
    ],
)
def test_what_a_language_lacks_is_told(korean_spoken: Path, file: str, text: str, says: str) -> None:
    (korean_spoken / korean.NAME / file).write_text(text, encoding="utf-8")
    sys.modules.pop(f"speaker.languages.{korean.NAME}.grammar", None)
    with pytest.raises(ConfigError, match=says):
        languages.read(korean.NAME)


def test_every_sentence_of_the_engine_is_in_every_language() -> None:
    used = set()
    for file in Path(languages.__file__).parents[1].rglob("*.py"):
        used |= set(re.findall(r'\b(?:say|fragment)\(\s*"(\w+)"', file.read_text(encoding="utf-8")))
    for name in languages.known():
        assert used - set(replies.names(languages.read(name).sentences.variants)) == set()


def test_no_sentence_stands_in_the_code_of_a_built_in_plugin() -> None:
    """What is logged may be English, and so may docstrings: nobody hears them."""
    found = []
    for file in sorted((TOP / "intents").rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        logged = [
            call for call in ast.walk(tree) if isinstance(call, ast.Call) and ast.unparse(call).startswith("log.")
        ]
        silent = {id(part) for call in logged for part in ast.walk(call)}
        silent |= {id(part.value) for part in ast.walk(tree) if isinstance(part, ast.Expr)}
        for part in ast.walk(tree):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and id(part) not in silent:
                sentence = re.search(r"[a-z]{2} [a-z]{2,} [a-z]{2}|^[A-Z][a-z' ]+[.?!]$", part.value)
                found += [f"{file.parent.name}/{file.name}:{part.lineno}: {part.value}"] if sentence else []
    assert found == []


def test_english_is_what_is_spoken_unless_told_otherwise() -> None:
    assert languages.current().name == Config().language == "en"
    assert joined(["a", "b", "c"]) == "a, b and c"
