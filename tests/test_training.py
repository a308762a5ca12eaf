"""What the language model is trained on: every pattern says what it means."""

import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

from models.training import calibrate
from models.training.contract import SLOTS
from models.training.follow import WAYS, follows
from models.training.generate import Sample, command, finish, kept_back, negatives, positives
from models.training.heard import heard
from models.training.patterns import NONE, POSITIVE, SEVERAL
from tests.conftest import SHARED, TOP

CONTRACT = SHARED.parent / "intents.yaml"


def slots_of(sample: Sample) -> list[tuple[str, str, str]]:
    """(intent, slot, words) of all of them."""
    return [(intent, slot, words) for intent, slots in sample.intents for slot, words in slots]


def stands(words: str, text: str) -> bool:
    return bool(words) and (f" {words} " in f" {text} " or f" {words}'s " in f" {text} ")


@pytest.mark.skipif(not CONTRACT.is_file(), reason="../shared/intents.yaml is not there")
def test_the_model_knows_the_intents_and_slots_of_the_contract() -> None:
    contract = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))
    declared = {name: set(slots or ()) for domain in contract.values() for name, slots in domain.items()}
    assert {name: set(slots) for name, slots in SLOTS.items()} == declared


def test_every_intent_has_patterns_and_no_pattern_another_intent() -> None:
    assert set(POSITIVE) == set(SLOTS)
    assert {name for names in SEVERAL for name in names.split()} <= set(SLOTS)
    assert {name for way in WAYS for name in (way.before, way.intent)} <= set(SLOTS)


@pytest.mark.parametrize("names", [*POSITIVE, *SEVERAL])
def test_every_pattern_marks_words_that_it_says_as_slots_that_there_are(names: str) -> None:
    r = random.Random(names)
    for pattern in (POSITIVE | SEVERAL)[names]:
        for _ in range(3):
            sample = finish([command(tuple(names.split()), pattern, r)], r)
            assert sample.text, pattern
            for intent, slots in sample.intents:
                assert {slot for slot, _ in slots} <= set(SLOTS[intent]), pattern
                assert len({slot for slot, _ in slots}) == len(slots), pattern
            for _, _, words in slots_of(sample):
                assert stands(words, sample.text), (pattern, sample)


@pytest.mark.parametrize("kind", NONE)
def test_what_is_no_command_has_no_intent(kind: str) -> None:
    r = random.Random(kind)
    for pattern in NONE[kind]:
        assert finish([command((), pattern, r)], r).intents == ()


def test_the_same_seed_makes_the_same_sentences() -> None:
    for make in (positives, negatives, follows):
        assert make(random.Random(5), 50) == make(random.Random(5), 50)


def test_what_is_kept_back_is_not_trained_on() -> None:
    kept = [pattern for patterns in POSITIVE.values() for pattern in patterns if kept_back(pattern)]
    assert 0.04 < len(kept) / sum(map(len, POSITIVE.values())) < 0.1


def test_what_leans_on_a_command_points_at_it_or_at_itself() -> None:
    leaning = [sample for sample in follows(random.Random(2), 600) if sample.intents]
    for sample in leaning:
        earlier = {words for _, slots in sample.before for _, words in slots}
        for _, _, words in slots_of(sample):
            assert stands(words, sample.text) or words in earlier, sample
    assert any(sample.instead for sample in leaning)


def test_a_slot_moves_to_what_was_heard_in_its_place() -> None:
    said = Sample("turn off the lights in the kitchen", (("light.off", (("area", "kitchen"),)),))
    assert heard(said, "Turn off the lights in the chicken.") == Sample(
        "turn off the lights in the chicken", (("light.off", (("area", "chicken"),)),)
    )
    assert heard(said, "Turn off lights and the kitchen") == Sample(
        "turn off lights and the kitchen", (("light.off", (("area", "kitchen"),)),)
    )
    assert heard(said, "Churn off the light sin the kid") is None


def test_what_was_heard_all_wrong_is_no_command() -> None:
    said = Sample("activate mood lighting", (("scene.activate", (("name", "mood lighting"),)),))
    assert heard(said, "I do what you like, Ting.") == Sample("i do what you like ting", ())


def test_confidence_is_put_right_by_a_line() -> None:
    draw = np.random.default_rng(0)
    claimed = draw.uniform(0.5, 0.999, 4000)
    truly = 1 / (1 + np.exp(-(0.5 * calibrate.odds(claimed) - 0.3)))
    right = draw.uniform(size=4000) < truly
    slope, offset = calibrate.fit(claimed, right)
    assert (slope, offset) == (pytest.approx(0.5, abs=0.1), pytest.approx(-0.3, abs=0.15))
    put_right = 1 / (1 + np.exp(-(slope * calibrate.odds(claimed) + offset)))
    assert calibrate.error(put_right, right) < 0.03 < calibrate.error(claimed, right)


def test_the_patterns_are_plain_text_in_lower_case() -> None:
    for file in sorted((Path(__file__).parents[1] / "models/training/languages/en/sentences").glob("*.txt")):
        text = file.read_text(encoding="utf-8")
        assert text == text.lower(), file.name


FILLERS = (
    "FILL = {'duration': lambda r: r.choice(('오 분', '십 분')), 'item': lambda r: '우유', 'color': lambda r: '빨강'}\n"
)
MANNERS = """
ASKING = ("{} 주세요", "{}")
BEFORE, CONTEXT, BRIEFLY, AFTER, WHY, JOINTS = ("저기",), ("심심해",), ("그럼 ",), " 부탁해", (" ",), (" 그리고 ",)
FILLERS, DROPPED, SLIPS = ("음",), frozenset(), (("타이머", "타임"),)
"""
SENTENCES = {
    "timer": "timer.start\n  !{duration} 타이머 (맞춰|시작해)\n  !타이머 {duration}\n",
    "list": "list.add\n  !{item} 추가해\n",
    "light": "light.set\n  !불 {color}으로 바꿔\n",
    "several": "timer.start list.add\n  {duration} 타이머 하고 {1.item:item} 추가해\n",
    "follow": "timer.start > timer.start\n  {duration}으로\n",
    "macros": "",
    "none": "talk\n  오늘 날씨 참 좋다\n  밥 먹었니\n",
}
TRY = """
import random, sys
from pathlib import Path
from models.training import languages
languages.__path__.append(sys.argv[1])
from models.training.generate import negatives, positives
r = random.Random(1)
for sample in positives(r, 60) + negatives(r, 20):
    print(sample.text, "|", *(f"{name} {slots}" for name, slots in sample.intents))
"""


def test_another_language_is_a_folder_of_patterns(tmp_path: Path) -> None:
    place = tmp_path / "ko"
    (place / "sentences").mkdir(parents=True)
    for name, text in (("__init__", ""), ("fillers", FILLERS), ("manners", MANNERS)):
        (place / f"{name}.py").write_text(text, encoding="utf-8")
    for name, text in SENTENCES.items():
        (place / "sentences" / f"{name}.txt").write_text(text, encoding="utf-8")

    def made(language: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "HARK_LANGUAGE": language}
        command = [sys.executable, "-c", TRY, str(tmp_path)]
        return subprocess.run(command, capture_output=True, text=True, cwd=TOP, env=environment, check=False)

    done = made("ko")
    lines = done.stdout.splitlines()
    assert len(lines) == 80, done.stderr
    assert "timer.start (('duration', '오 분'),)" in "".join(lines)
    said = " ".join(line.partition("|")[0] for line in lines)
    assert said
    assert not any(letter.isascii() and letter.isalpha() for letter in said)
    assert "HARK_LANGUAGE may be one of: en, ko" in made("de").stderr
