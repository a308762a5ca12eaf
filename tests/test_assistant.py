"""A turn, from frames to the reply."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from speaker import recording
from speaker.asr import Hearing
from speaker.assistant import Assistant, Ears
from speaker.build import Hark, Place
from speaker.config import Config
from speaker.endpoint import Limits
from speaker.errors import SpeechError
from speaker.events import SAMPLE_RATE, Frame, Samples, Speech, Transcript, Wake
from speaker.tts import Espeak


class Typed:
    """A recogniser that hears what it is told to, one sentence after the other; the rest of the line is real."""

    name = "typed"

    def __init__(self, *sentences: str) -> None:
        self._sentences = list(sentences)

    def listen(self, phrases: object = (), answers: object = ()) -> Hearing:
        return TypedHearing(self._sentences.pop(0))


class TypedHearing:
    def __init__(self, text: str) -> None:
        self._text = text

    def accept(self, samples: Samples) -> str:
        return ""

    def so_far(self) -> Transcript:
        return self.finish()

    def finish(self) -> Transcript:
        return Transcript(self._text, 0.9)

    def again(self) -> None:
        return None


class Loud:
    """A voice where there is sound; a wake word at one second."""

    def score(self, frame: Frame) -> float:
        return float(np.abs(frame.samples).max() > 1000)

    def reset(self) -> None: ...

    def hear(self, frame: Frame) -> Wake | None:
        return Wake("hey jarvis", 0.99, frame.end) if frame.start <= 1.0 < frame.end else None


def tone(seconds: float) -> Samples:
    return (8000 * np.sin(np.arange(int(seconds * SAMPLE_RATE)) / 5)).astype(np.int16)


def quiet(seconds: float) -> Samples:
    return np.zeros(int(seconds * SAMPLE_RATE), np.int16)


def hearing(hark: Hark, *sentences: str) -> Assistant:
    return hark.assistant(Ears(Loud(), Loud(), Limits(), Typed(*sentences)))


def test_a_whole_turn_on_a_synthetic_voice(place: Place, spoken: Callable[..., Samples], tmp_path: Path) -> None:
    out = recording.FileLoudspeaker(tmp_path / "reply.wav")
    with Hark(place, Espeak(), out) as hark:
        frames = recording.frames(spoken("set a timer for five minutes"), rest=1.0)
        (turn,) = hark.assistant(hark.ears()).attend(frames, "test")
    assert turn.wake is not None
    assert turn.wake.word == "hey jarvis"
    assert turn.utterance is not None
    assert turn.utterance.ended_by == "words"
    assert turn.utterance.start < turn.utterance.speech_end < turn.utterance.end
    assert turn.parse is not None
    assert [(i.name, dict(i.slots)) for i in turn.parse.intents] == [("timer.start", {"duration": 300})]
    assert turn.reply is not None
    assert turn.reply.text == "Timer set for 5 minutes."
    assert [span.stage for span in turn.spans] == ["endpoint", "asr", "slm", "handler", "tts"]
    assert len(recording.read(tmp_path / "reply.wav")) > SAMPLE_RATE // 2


def test_two_commands_in_one_recording_are_two_turns(place: Place, spoken: Callable[..., Samples]) -> None:
    both = np.concatenate([spoken("turn on the kitchen lights"), spoken("what time is it")])
    with Hark(place) as hark:
        turns = list(hark.assistant(hark.ears()).attend(recording.frames(both, rest=1.0), "test"))
    names = [intent.name for turn in turns if turn.parse for intent in turn.parse.intents]
    assert names == ["light.on", "clock.time"]


@pytest.mark.slow
def test_a_spoken_question_has_a_spoken_answer(
    hark: Hark, spoken: Callable[..., Samples], said: Callable[[str], Samples]
) -> None:
    audio = np.concatenate([spoken("restart yourself"), quiet(1), said("no thanks"), quiet(2)])
    replies = [t.reply.text for t in hark.assistant(hark.ears()).attend(recording.frames(audio), "test") if t.reply]
    assert len(replies) == 2
    assert replies[0].endswith("Shall I do that?")
    assert replies[1] == "All right, I leave it."


def test_nothing_said_after_the_wake_word_is_no_turn_worth_a_reply(hark: Hark) -> None:
    frames = recording.frames(quiet(10))
    (turn,) = hearing(hark, "").attend(frames, "test")
    assert turn.utterance is not None
    assert turn.utterance.ended_by == "nothing"
    assert turn.reply is not None
    assert turn.reply.text == ""


def test_the_first_sound_is_not_lost(hark: Hark) -> None:
    frames = recording.frames(np.concatenate([quiet(2), tone(1), quiet(2)]))
    (turn,) = hearing(hark, "what time is it").attend(frames, "test")
    assert turn.utterance is not None
    assert turn.utterance.start <= 2.0
    assert abs(turn.utterance.speech_end - 3.0) < 0.1


def test_several_intents_act_in_order_with_one_reply(hark: Hark) -> None:
    turn = hark.assistant().ask("turn on the desk lamp and set a timer for ten minutes")
    assert turn.reply is not None
    assert turn.reply.text == "Desk lamp on. Timer set for 10 minutes."


def test_a_missing_slot_is_asked_for(hark: Hark) -> None:
    turn = hark.assistant().ask("set a timer")
    assert turn.reply is not None
    assert turn.reply.text == "For how long?"
    assert not turn.reply.ok
    assert not hark.store.of("timer").events()


@pytest.mark.parametrize(("answer", "opened"), [("yes please", True), ("no", False), ("what time is it", False)])
def test_a_question_is_answered_without_the_wake_word(place: Place, tmp_path: Path, answer: str, opened: bool) -> None:
    folder = tmp_path / "door"
    folder.mkdir()
    (folder / "manifest.yaml").write_text(
        "name: door\nsummary: A door.\nintents:\n  door.open:\n    examples: [open sesame]\n    confirm: true\n"
    )
    (folder / "handler.py").write_text("def open(context):\n    context.store.set('open', True)\n    return 'Open.'\n")
    with Hark(Place(place.config, None, place.data, (folder,))) as hark:
        audio = np.concatenate([quiet(1.5), tone(1), quiet(2), tone(1), quiet(2)])
        first, second = hearing(hark, "open sesame", answer).attend(recording.frames(audio), "test")
        assert first.reply is not None
        assert "Shall I do that?" in first.reply.text
        assert second.reply is not None
        assert bool(hark.store.of("door").get("open")) is opened


TALK = "we had such a lovely walk along the river"


def spoken_to(
    place: Place, *sentences: str, follow_up: float = 0.0, talk_between: float = 1.0
) -> tuple[list[str], int]:
    """The replies to sentences a second apart, of which the first alone has the wake word before it; turns kept."""
    config = Config.model_validate({**place.config.model_dump(), "conversation": {"follow_up": follow_up}})
    with Hark(Place(config, None, place.data)) as hark:
        audio = [quiet(1.5), *(part for _ in sentences for part in (tone(talk_between), quiet(2)))]
        turns = list(hearing(hark, *sentences, *[""] * 9).attend(recording.frames(np.concatenate(audio)), "test"))
        kept = len(hark.place.trace().last(100))
    return [turn.reply.text for turn in turns if turn.reply], kept


def test_a_missing_slot_is_answered_without_the_wake_word(place: Place) -> None:
    assert spoken_to(place, "set a timer", "ten minutes", "what day is it")[0] == [
        "For how long?",
        "Timer set for 10 minutes.",
    ]


def test_a_television_does_not_keep_a_question_open(place: Place) -> None:
    replies, _ = spoken_to(place, "set a timer", TALK, TALK, TALK, "ten minutes")
    assert replies == [
        "For how long?",
        "Sorry, I did not get that. For how long?",
        "Sorry, I still do not understand, so I leave it.",
    ]


def test_nothing_follows_without_the_wake_word_unless_the_configuration_says_so(place: Place) -> None:
    assert spoken_to(place, "turn on the desk lamp", "turn on the fan")[0] == ["Desk lamp on."]
    replies, _ = spoken_to(place, "turn on the desk lamp", "turn on the fan", "flip a coin", follow_up=5)
    assert replies[:2] == ["Desk lamp on.", "Fan on."]
    assert len(replies) == 3


def test_what_is_said_to_others_meanwhile_is_passed_over_and_not_kept(place: Place) -> None:
    replies, kept = spoken_to(place, "turn on the desk lamp", TALK, "turn on the fan", follow_up=5)
    assert (replies, kept) == (["Desk lamp on."], 1)


def test_hark_does_not_listen_to_its_own_question(place: Place) -> None:
    class Loudspeaker:
        """Sounds for as long as two seconds of audio come in meanwhile."""

        volume, muted, left = 100, False, 0

        def play(self, speech: Speech, even_muted: bool = False) -> None:
            self.left = 62

        def hush(self) -> bool:
            return False

        def wait(self, timeout: float | None = None) -> bool:
            self.left -= 1
            return self.left < 0

    with Hark(place, Espeak(), Loudspeaker()) as hark:
        own_voice = np.concatenate([quiet(1.5), tone(1), quiet(1.7), tone(1.5), quiet(0.5), tone(1), quiet(2)])
        turns = hearing(hark, "set a timer", "ten minutes").attend(recording.frames(own_voice), "test")
        assert [turn.reply.text for turn in turns if turn.reply] == ["For how long?", "Timer set for 10 minutes."]


def test_each_way_of_doing_nothing_has_its_reason(hark: Hark) -> None:
    class Mumbled(Typed):
        def listen(self, phrases: object = (), answers: object = ()) -> Hearing:
            hearing = TypedHearing("what's on the list")
            hearing.finish = lambda: Transcript("what's on the list", 0.1)  # type: ignore[method-assign]
            return hearing

    frames = recording.frames(np.concatenate([quiet(1.5), tone(1), quiet(2)]))
    (turn,) = hark.assistant(Ears(Loud(), Loud(), Limits(), Mumbled())).attend(frames, "test")
    assert turn.reply is not None
    assert turn.reply.text == "Sorry, I did not hear that clearly."
    no_fan, talk = hark.assistant().ask("turn on the fan in the hall").reply, hark.assistant().ask(TALK).reply
    assert no_fan is not None
    assert talk is not None
    assert no_fan.text.startswith("There is no fan in the hall")
    assert talk.text == "Sorry, I did not understand that."


def test_a_reply_that_cannot_be_spoken_does_not_undo_the_action(place: Place) -> None:
    class Hoarse:
        def speak(self, text: str) -> Speech:
            raise SpeechError("espeak-ng does not speak")

    with Hark(place, Hoarse()) as hark:
        turn = hark.assistant().ask("turn on the desk lamp")
        assert turn.error == "espeak-ng does not speak"
        assert hark.home.state(hark.home.device("desk lamp")).on


def test_what_is_rejected_is_said_to_be(hark: Hark) -> None:
    turn = hark.assistant().ask("we had such a lovely walk along the river")
    assert turn.reply is not None
    assert (turn.reply.text, turn.reply.ok) == ("Sorry, I did not understand that.", False)


def said(assistant: Assistant, *sentences: str) -> list[str]:
    """The replies to some commands, one after the other."""
    turns = [assistant.ask(sentence) for sentence in sentences]
    return [turn.reply.text for turn in turns if turn.reply]


def test_a_command_leans_on_the_one_before(hark: Hark) -> None:
    replies = said(hark.assistant(), "turn on the office lights", "make them blue", "and in the bedroom too")
    assert replies[1] == "Office lights blue."
    assert hark.home.state(hark.home.device("bedside lamp")).color == "blue"


def test_without_a_command_before_there_is_nothing_to_lean_on(hark: Hark) -> None:
    assert said(hark.assistant(), "and in the bedroom too") == ["Sorry, I did not understand that."]


def test_a_correction_stands_for_what_it_corrects(hark: Hark) -> None:
    said(hark.assistant(), "set a timer for ten minutes", "no, make it fifteen")
    assert [event.payload["seconds"] for event in hark.store.of("timer").events()] == [900]  # type: ignore[index,call-overload]


def test_the_wrong_lamp_goes_off_again(hark: Hark) -> None:
    said(hark.assistant(), "turn on the desk lamp", "not that one, the floor lamp")
    assert not hark.home.state(hark.home.device("desk lamp")).on
    assert hark.home.state(hark.home.device("floor lamp")).on


def test_the_last_command_is_taken_back(hark: Hark) -> None:
    assistant = hark.assistant()
    said(assistant, "add milk to my shopping list", "add eggs to my shopping list")
    assert said(assistant, "undo that") == ["All right, that is undone."]
    assert hark.store.of("list").get("shopping") == ["milk"]
    assert said(assistant, "undo that") == ["There is nothing to undo."]


def test_what_only_tells_something_leaves_nothing_to_undo(hark: Hark) -> None:
    assert said(hark.assistant(), "what time is it", "undo that")[1] == "There is nothing to undo."


PLANTS = """name: plants
summary: Waters the plants.
intents:
  plants.water:
    slots: {area: {type: area}, time: {type: duration, required: true}}
    examples:
      - water the plants for {time}
      - water the plants in the {area} for {time}
      - give the flowers water for {time}
      - run the sprinkler in the {area} for {time}
      - the flowers in the {area} need water for {time}
      - start watering
      - the plants are thirsty
      - can the plants get a drink
"""


@pytest.fixture
def gardener(place: Place, tmp_path: Path) -> Iterator[Hark]:
    """Hark with a stranger's plugin, and phrases of the household."""
    folder = tmp_path / "plants"
    folder.mkdir()
    (folder / "manifest.yaml").write_text(PLANTS)
    (folder / "handler.py").write_text("def water(context, time, area='all'):\n    return f'{area} {time}'\n")
    phrases = {
        "lights out": "turn off all the lights",
        "Good night, house!": "turn off all the lights and water the plants in the garden for ten minutes",
    }
    config = Config.model_validate({**place.config.model_dump(), "phrases": phrases})
    with Hark(Place(config, None, place.data, (folder,))) as hark:
        yield hark


def meant(hark: Hark, text: str) -> list[tuple[str, dict[str, object]]]:
    return [(intent.name, dict(intent.slots)) for intent in hark.mind.parse(text).intents]


WATER = ("plants.water", {"area": "garden", "time": 600})


def test_a_strangers_plugin_is_understood_in_free_wording(gardener: Hark) -> None:
    assert meant(gardener, "could you please water all the flowers in the garden for ten minutes") == [WATER]
    assert meant(gardener, "turn on the kitchen lights") == [("light.on", {"area": "kitchen"})]
    assert gardener.mind.parse("we had such a lovely walk along the river").rejected
    turn = gardener.assistant().ask("my plants are so thirsty")
    assert turn.reply is not None
    assert turn.reply.text == "For how long?"


def test_a_command_of_a_stranger_and_one_of_the_models_may_be_joined(gardener: Hark) -> None:
    off = ("light.off", {"area": "kitchen"})
    assert meant(gardener, "turn off the kitchen lights and water the plants in the garden for ten minutes") == [
        off,
        WATER,
    ]
    assert meant(gardener, "water the plants in the garden for ten minutes and turn off the kitchen lights") == [
        WATER,
        off,
    ]
    assert meant(gardener, "set a timer for one hour and ten minutes") == [("timer.start", {"duration": 4200})]


def test_a_phrase_of_the_household_stands_for_commands(gardener: Hark) -> None:
    off = meant(gardener, "turn off all the lights")
    assert [name for name, _ in off] == ["light.off"]
    for said in ("lights out", "Lights out!", "please lights out"):
        assert meant(gardener, said) == off
    assert meant(gardener, "good night house") == [*off, WATER]
    assert gardener.mind.parse("Lights out!").text == "Lights out!"
