"""The conversation as a state machine: what was heard, and when, decides what comes next. Nothing is done in here."""

from dataclasses import replace
from datetime import date

import pytest

from speaker import dialogue, wording
from speaker.dialogue import asks_to_undo, done, hear
from speaker.events import Choices, Intent, IntentSpec, Parse, Reply, SlotSpec
from speaker.languages import say
from speaker.lessons import Forget, Lesson
from speaker.states import Do, Heard, Previous, Say, State, Undo
from speaker.store import Change

SPECS = {
    spec.name: spec
    for spec in (
        IntentSpec("timer.start", (SlotSpec("duration", "duration", required=True),), ("set a timer for {duration}",)),
        IntentSpec(
            "reminder.set",
            (
                SlotSpec("text", "text", required=True, ask="Of what?"),
                SlotSpec("time", "time", ask="When?"),
                SlotSpec("date", "date"),
            ),
            ("remind me to {text}",),
            one_of=("time", "date"),
        ),
        IntentSpec(
            "light.on", (SlotSpec("name", "name"), SlotSpec("area", "area")), ("lights on", "turn on the {name}")
        ),
        IntentSpec("lock.unlock", (SlotSpec("name", "name", required=True),), ("unlock the {name}",), confirm=True),
        IntentSpec("tea.brew", (), ("brew tea [now]",)),
        IntentSpec("plants.water", (SlotSpec("area", "area"),), ("water the plants", "water the {area}")),
    )
}
CHANGE = Change("value", "light", "desk", None)
LAMP = Intent("light.on", {"name": "lamp"}, 0.9, {"name": "lamp"}, "turn on the lamp")
WHICH = Reply("The desk lamp or the floor lamp?", ok=False, choices=Choices("name", ("desk lamp", "floor lamp")))


def heard(text: str, *intents: Intent, **more: object) -> Heard:
    """What was said, and how it was read: as no command where no intent is given."""
    parse = Parse(text, intents, not intents, 0.95, near=more.pop("near", ()))  # type: ignore[arg-type]
    parse = replace(parse, instead=bool(more.pop("instead", False)))
    return Heard(text, parse, SPECS, date(2026, 11, 24), **more)  # type: ignore[arg-type]


def intent(name: str, /, **slots: object) -> Intent:
    return Intent(name, slots, 0.9, {k: str(v) for k, v in slots.items()}, "the command")  # type: ignore[arg-type]


def asks(state: State) -> str:
    return state.question.text if state.question else ""


def acted(state: State, what: Heard, *outcomes: Reply, now: float = 0.0) -> tuple[State, Reply, Do]:
    """Hear a command that is done, and what came of it."""
    state, action = hear(state, what, now)
    assert isinstance(action, Do), action
    state, reply = done(state, action, outcomes, [CHANGE], what, now)
    return state, reply, action


# --- what is missing ------------------------------------------------------------------------------------------


def test_a_missing_slot_is_asked_for_and_then_it_is_done() -> None:
    state, action = hear(State(), heard("set a timer", intent("timer.start")), 0.0)
    assert action == Say(Reply("For how long?", ok=False))
    state, _, do = acted(state, heard("ten minutes"), Reply("Set."), now=5.0)
    assert [dict(i.slots) for i in do.intents] == [{"duration": 600}]
    assert state.question is None
    assert [p.words for c in state.context(6.0) for p in c.slots] == ["ten minutes"]  # and can be leant on


def test_a_longer_answer_is_read_behind_the_command() -> None:
    state, _ = hear(State(), heard("set a timer", intent("timer.start")), 0.0)
    whole = heard("…", intent("timer.start", duration=600, other="pizza")).parse
    longer = replace(heard("ten minutes for the pizza"), whole=whole)
    _, action = hear(state, longer, 1.0)
    assert isinstance(action, Do)
    assert action.intents[0].slots == {"duration": 600, "other": "pizza"}
    for wrong in (replace(whole, confidence=0.7), replace(whole, intents=(intent("timer.start", other="pizza"),))):
        assert isinstance(hear(state, replace(longer, whole=wrong), 1.0)[1], Say)


def test_one_question_a_slot_one_after_the_other() -> None:
    state, _ = hear(State(), heard("remind me", intent("reminder.set")), 0.0)
    assert asks(state) == "Of what?"
    state, _ = hear(state, heard("to call mum"), 1.0)
    assert asks(state) == "When?"
    _, action = hear(state, heard("tomorrow evening at seven"), 2.0)
    assert isinstance(action, Do)
    assert action.intents[0].slots == {"text": "call mum", "date": "tomorrow", "time": "19:00"}


def test_what_is_complete_is_done_before_the_rest_is_asked_about() -> None:
    both = heard("turn on the desk lamp and set a timer", intent("light.on", name="desk lamp"), intent("timer.start"))
    state, reply, _ = acted(State(), both, Reply("Desk lamp on."))
    assert reply.text == "Desk lamp on. For how long?"
    state, reply, _ = acted(state, heard("an hour"), Reply("Timer set."))
    assert reply == Reply("Timer set.")
    assert state.previous is not None
    assert state.previous.changes == (CHANGE, CHANGE)  # "undo" takes both back
    assert [i.name for i in state.previous.intents] == ["light.on", "timer.start"]


def test_two_failed_answers_end_it_politely() -> None:
    state, _ = hear(State(), heard("set a timer", intent("timer.start")), 0.0)
    state, action = hear(state, heard("well you know"), 5.0)
    assert action == Say(Reply("Sorry, I did not get that. For how long?", ok=False))
    state, action = hear(state, heard("", clear=False), 10.0)
    assert action == Say(Reply(say("given_up"), ok=False))
    assert state.question is None


def test_another_command_wins_over_the_question() -> None:
    state, _ = hear(State(), heard("set a timer", intent("timer.start")), 0.0)
    state, action = hear(state, heard("turn on the fan", intent("light.on", name="fan")), 5.0)
    assert isinstance(action, Do)
    assert state.question is None


@pytest.mark.parametrize(("text", "reply"), [("never mind", Reply(say("left"))), ("", dialogue.IGNORED)])
def test_never_mind_and_silence_end_a_question(text: str, reply: Reply) -> None:
    state, _ = hear(State(), heard("set a timer", intent("timer.start")), 0.0)
    assert hear(state, heard(text), 5.0) == (State(), Say(reply))


def test_an_answer_that_comes_late_is_none() -> None:
    state, _ = hear(State(), heard("set a timer", intent("timer.start")), 0.0)
    state, action = hear(state, heard("ten minutes"), 31.0)
    assert action == Say(Reply(say("not_understood"), ok=False))
    assert state.question is None


def test_what_was_asked_about_an_intent_that_is_no_more_is_forgotten() -> None:
    state, _ = hear(State(), heard("set a timer", intent("timer.start")), 0.0)
    fewer = replace(heard("ten minutes"), specs={"tea.brew": SPECS["tea.brew"]})
    assert hear(state, fewer, 1.0) == (State(), Say(Reply(say("not_understood"), ok=False)))


# --- a yes ----------------------------------------------------------------------------------------------------


def test_a_yes_is_waited_for_before_anything_is_done() -> None:
    both = heard("…", intent("light.on", name="fan"), intent("lock.unlock", name="door"))
    state, action = hear(State(), both, 0.0)
    assert action == Say(Reply("You said: the command. Shall I do that?", ok=False))
    _, action = hear(state, heard("yes please"), 5.0)
    assert isinstance(action, Do)
    assert [i.name for i in action.intents] == ["light.on", "lock.unlock"]
    assert hear(state, heard("no"), 5.0) == (State(), Say(Reply(say("left"))))


def test_what_is_missing_is_asked_for_first_and_the_yes_counts_also_for_what_was_unclear() -> None:
    state, _ = hear(State(), heard("unlock", intent("lock.unlock")), 0.0)
    assert asks(state) == "Which one?"
    state, _ = hear(state, heard("the door"), 1.0)
    assert asks(state) == "You said: the command. Shall I do that?"
    which = replace(WHICH, choices=Choices("name", ("front door", "back door")))
    state, _, _ = acted(state, heard("yes"), which)
    assert asks(state) == WHICH.text
    _, action = hear(state, heard("the back one"), 3.0)
    assert isinstance(action, Do)
    assert action.intents[0].slots == {"name": "back door"}


# --- which one ------------------------------------------------------------------------------------------------


def test_where_several_could_be_meant_the_answer_takes_the_slot() -> None:
    state, reply, _ = acted(State(), heard("turn on the lamp", LAMP), WHICH)
    assert reply == Reply(WHICH.text, ok=False)
    _, _, do = acted(state, heard("the floor one"), Reply("Floor lamp on."))
    assert [dict(i.slots) for i in do.intents] == [{"name": "floor lamp"}]


def test_the_others_are_done_first_and_both_may_be_meant() -> None:
    two = heard("turn on the lamp and brew tea", LAMP, intent("tea.brew"))
    state, reply, _ = acted(State(), two, WHICH, Reply("Tea."))
    assert reply.text == f"Tea. {WHICH.text}"
    _, _, do = acted(state, heard("both"), Reply("Desk lamp on."), Reply("Floor lamp on."))
    assert [i.slots["name"] for i in do.intents] == ["desk lamp", "floor lamp"]


def test_no_the_other_one() -> None:
    state, _, _ = acted(State(), heard("turn on the lamp", LAMP), WHICH)
    state, _, _ = acted(state, heard("the desk lamp"), Reply("Desk lamp on."))
    state, _, do = acted(state, heard("no, the other one"), Reply("Floor lamp on."))
    assert do.intents[0].slots == {"name": "floor lamp"}
    assert do.undo == (CHANGE,)
    _, action = hear(state, heard("the other one"), 1.0)
    assert isinstance(action, Do)
    assert action.intents[0].slots == {"name": "desk lamp"}


def test_the_other_of_many_is_asked_for() -> None:
    three = replace(WHICH, choices=Choices("name", ("desk lamp", "floor lamp", "night light")))
    state, _, _ = acted(State(), heard("turn on the lamp", LAMP), three)
    state, _, _ = acted(state, heard("the desk lamp"), Reply("Desk lamp on."))
    state, _ = hear(state, heard("no, the other one"), 0.0)
    assert asks(state) == "Which one: floor lamp or night light?"
    state, _, do = acted(state, heard("the night light"), Reply("Night light on."))
    assert do.undo == (CHANGE,)


def test_the_other_one_of_a_command_that_was_clear_is_asked_for_by_name() -> None:
    clear = Previous((replace(LAMP, slots={"name": "desk lamp"}),), (CHANGE,), 0.0)
    state, _ = hear(State(None, clear), heard("no the other one"), 5.0)
    assert asks(state) == "Which one?"
    _, action = hear(state, heard("the floor lamp"), 6.0)
    assert isinstance(action, Do)
    assert (action.intents[0].slots, action.undo) == ({"name": "floor lamp"}, (CHANGE,))


def test_a_handler_that_asks_again_what_was_answered_is_not_asked_for_ever() -> None:
    state, _, _ = acted(State(), heard("turn on the lamp", LAMP), WHICH)
    state, reply, _ = acted(state, heard("the desk lamp"), WHICH)
    assert state.question is None
    assert not reply.ok


def test_a_single_choice_waits_for_a_yes() -> None:
    one = Reply("Cancel all three?", ok=False, choices=Choices("name", ("all",)))
    state, _, _ = acted(State(), heard("cancel", LAMP), one)
    _, action = hear(state, heard("yes"), 1.0)
    assert isinstance(action, Do)
    assert action.intents[0].slots == {"name": "all"}
    assert hear(state, heard("no thanks"), 1.0)[1] == Say(Reply(say("left")))


# --- what it may have been ------------------------------------------------------------------------------------


def test_did_you_mean_this_or_that() -> None:
    near = (intent("tea.brew"), intent("plants.water", area="garden"))
    state, action = hear(State(), heard("tea for the garden", near=near), 0.0)
    assert action == Say(Reply("Did you mean: brew tea or water the garden?", ok=False))
    _, action = hear(state, heard("water the garden"), 1.0)
    assert isinstance(action, Do)
    assert action.intents == near[1:]
    assert hear(state, heard("neither"), 1.0) == (State(), Say(Reply(say("left"))))


def test_did_you_mean_this() -> None:
    state, _ = hear(State(), heard("tea", near=(intent("tea.brew"),)), 0.0)
    assert asks(state) == "Did you mean: brew tea?"
    _, action = hear(state, heard("yes"), 1.0)
    assert isinstance(action, Do)


# --- taking back, reasons, and what is said to others -----------------------------------------------------------


@pytest.mark.parametrize("text", ["Undo that.", "undo", "please take that back", "no, put it back how it was"])
def test_some_words_take_the_last_command_back(text: str) -> None:
    assert asks_to_undo(text)
    done_last = Previous((LAMP,), (CHANGE,), 0.0)
    last = State(None, done_last, done_last)
    assert hear(last, heard(text), 100.0) == (State(), Undo((CHANGE,)))
    assert hear(last, heard(text), 700.0)[1] == Say(Reply(say("nothing_to_undo"), ok=False))
    assert hear(State(), heard(text), 0.0)[1] == Say(Reply(say("nothing_to_undo"), ok=False))


@pytest.mark.parametrize("text", ["", "undo the timer lights", "turn it back on", "take the milk back off the list"])
def test_others_do_not(text: str) -> None:
    assert not asks_to_undo(text)


def test_what_only_tells_something_does_not_stand_before_what_can_be_undone() -> None:
    state, _, _ = acted(State(), heard("turn on the lamp", LAMP), Reply("On."))
    what = heard("brew tea", intent("tea.brew"))
    state, action = hear(state, what, 1.0)
    assert isinstance(action, Do)
    state, _ = done(state, action, [Reply("Tea.")], [], what, 1.0)
    assert hear(state, heard("undo that"), 2.0)[1] == Undo((CHANGE,))


def test_a_correction_takes_back_what_it_corrects() -> None:
    last = State(None, Previous((LAMP,), (CHANGE,), 0.0))
    _, action = hear(last, heard("no, the fan", intent("light.on", name="fan"), instead=True), 5.0)
    assert isinstance(action, Do)
    assert action.undo == (CHANGE,)


def test_a_command_may_lean_on_the_last_one_for_half_a_minute_but_an_answer_on_none() -> None:
    last = State(None, Previous((LAMP,), (), 0.0))
    assert [c.intent for c in last.context(29.0)] == ["light.on"]
    assert last.context(31.0) == ()
    asking, _ = hear(last, heard("set a timer", intent("timer.start")), 1.0)
    assert asking.context(2.0) == ()


def test_there_is_a_reason_for_each_way_of_doing_nothing() -> None:
    def said(what: Heard) -> str:
        action = hear(State(), what, 0.0)[1]
        assert isinstance(action, Say)
        return action.reply.text

    assert said(heard("", clear=True)) == ""
    assert said(heard("", clear=False)) == say("not_heard")
    assert said(heard("burn the lice", well=False)) == say("not_heard")
    assert said(heard("a lovely walk")) == say("not_understood")


def test_what_nobody_asked_for_is_done_only_if_it_is_surely_a_command() -> None:
    sure = heard("turn on the fan", intent("light.on", name="fan"), addressed=False)
    assert isinstance(hear(State(), sure, 0.0)[1], Do)
    unsure = replace(sure, parse=replace(sure.parse, confidence=0.7))
    maybe = heard("tea", near=(intent("tea.brew"),), addressed=False)
    for talk in (unsure, maybe, heard("a lovely walk", addressed=False), heard("", clear=False, addressed=False)):
        assert hear(State(), talk, 0.0) == (State(), Say(dialogue.IGNORED))


def test_a_lesson_is_no_command() -> None:
    _, action = hear(State(), heard("when I say lights out, turn off the lights", intent("light.on")), 0.0)
    assert action == Lesson((("lights out", "turn off the lights"),))
    assert hear(State(), heard("forget the phrase lights out"), 0.0)[1] == Forget("lights out")


# --- one reply for all ----------------------------------------------------------------------------------------


FAN = Intent("device.on", {"name": "fan"}, 0.9, {"name": "fan"})
TIMER = Intent("timer.start", {}, 0.9)


@pytest.mark.parametrize(
    ("settled", "text", "ok"),
    [
        ([(FAN, Reply("Fan on.")), (TIMER, Reply("Timer set"))], "Fan on. Timer set.", True),
        ([(FAN, Reply("Done.")), (TIMER, Reply("Done."))], "Done.", True),
        ([(FAN, Reply("")), (TIMER, Reply("Timer set."))], "Timer set.", True),
        (
            [(FAN, Reply("There is no fan in the hall.", ok=False)), (TIMER, Reply("Timer set."))],
            "Timer set. But the fan: there is no fan in the hall.",
            False,
        ),
        (
            [(FAN, Reply("Fan on.")), (TIMER, Reply("Sorry, the plugin timer had a problem.", ok=False))],
            "Fan on. But the timer: the plugin timer had a problem.",
            False,
        ),
        ([(FAN, Reply("Fan on.")), (TIMER, Reply("I cannot do that.", ok=False))], "Fan on. But the timer: I cannot do that.", False),
        ([(FAN, Reply("There is no fan.", ok=False))], "There is no fan.", False),
        ([(FAN, Reply("No.", ok=False)), (TIMER, Reply("No.", ok=False))], "No.", False),
        ([], "", True),
    ],
)  # fmt: skip
def test_one_reply_says_each_thing_once_and_which_failed(
    settled: list[tuple[Intent, Reply]], text: str, ok: bool
) -> None:
    assert wording.joined(settled) == Reply(text, ok=ok)


@pytest.mark.parametrize(
    ("slot", "text"),
    [
        (SlotSpec("duration", "duration"), "For how long?"),
        (SlotSpec("time", "time"), "At what time?"),
        (SlotSpec("name", "name"), "Which one?"),
        (SlotSpec("item", "items", ask="What should I add?"), "What should I add?"),
        (SlotSpec("size", "text", values=(("small",), ("medium",), ("large", "big"))), "Which size: small, medium or large?"),
        (SlotSpec("kind_of_tea", "text"), "Which kind of tea?"),
    ],
)  # fmt: skip
def test_a_question_is_as_declared_or_fits_the_type(slot: SlotSpec, text: str) -> None:
    assert wording.question(slot) == text
