"""When a command is over."""

import pytest

from speaker.endpoint import Endpoint, Limits
from speaker.events import Outlook

FRAME = 0.032
LOUD, TALK, FAINT = 4e6, 2e5, 2e3
"""Mean squares: of who gives the command, of a television (13 dB below), of a room."""


def play(
    endpoint: Endpoint, *parts: tuple[float, float] | tuple[float, float, float], words: Outlook | None = None
) -> tuple[str | None, float]:
    """Feed (score, seconds[, mean square]) parts; why it ended and when. ``words``: what it is told when it asks."""
    for score, seconds, *power in parts:
        for _ in range(round(seconds / FRAME)):
            ended = endpoint.update(score, FRAME, *power)
            if words and endpoint.wants_words and not ended:
                endpoint.tell(words)
                ended = endpoint.over
            if ended:
                return ended, endpoint.seconds
    return None, endpoint.seconds


def test_silence_after_speech_ends_it() -> None:
    ended, at = play(Endpoint(Limits(silence=0.7)), (0.0, 0.5), (0.9, 1.0), (0.0, 5.0))
    assert ended == "silence"
    assert 2.1 < at < 2.4


def test_a_pause_shorter_than_the_silence_does_not() -> None:
    endpoint = Endpoint(Limits(silence=0.7))
    ended, at = play(endpoint, (0.9, 0.6), (0.0, 0.5), (0.9, 0.6), (0.0, 5.0))
    assert ended == "silence"
    assert at > 2.2


def test_nothing_said_ends_it_after_a_while() -> None:
    ended, at = play(Endpoint(Limits(nothing=5.0)), (0.1, 20.0))
    assert ended == "nothing"
    assert abs(at - 5.0) < 0.1


def test_a_click_is_not_speech() -> None:
    endpoint = Endpoint(Limits(nothing=3.0))
    ended, _ = play(endpoint, (0.9, 0.1), (0.0, 20.0))
    assert ended == "nothing"
    assert not endpoint.speaking


def test_talk_as_loud_as_the_command_is_cut_at_the_longest() -> None:
    ended, at = play(Endpoint(Limits(longest=8.0)), (0.9, 60.0))
    assert ended == "longest"
    assert abs(at - 8.0) < 0.1


def test_a_score_that_wavers_keeps_speech_alive_but_does_not_begin_it() -> None:
    limits = Limits(begin=0.5, keep=0.35, nothing=2.0)
    assert play(Endpoint(limits), (0.4, 30.0))[0] == "nothing"
    assert play(Endpoint(limits), (0.9, 0.5), (0.4, 3.0))[0] is None


def test_a_recording_that_is_one_command_may_begin_late_and_pause() -> None:
    limits = Limits(silence=None, nothing=None, longest=15.0)
    late = (0.0, 300.0), (0.9, 1.0), (0.0, 5.0), (0.9, 1.0), (0.0, 3.0)
    assert play(Endpoint(limits), *late, words="complete")[0] is None
    assert play(Endpoint(limits), (0.0, 300.0), (0.9, 60.0))[0] == "longest"


@pytest.mark.parametrize(
    ("words", "why", "least", "most"),
    [
        ("complete", "words", 0.18, 0.23),
        ("extendable", "words", 0.37, 0.42),
        ("unclear", "silence", 0.69, 0.74),
        ("open", "silence", 1.45, 1.56),
    ],
)
def test_the_words_say_how_long_to_wait(words: Outlook, why: str, least: float, most: float) -> None:
    ended, at = play(Endpoint(Limits()), (0.9, 0.992, LOUD), (0.0, 5.0, FAINT), words=words)
    assert ended == why
    assert least < at - 0.992 < most


def test_the_waits_grow_with_the_silence_that_a_household_wants() -> None:
    ended, at = play(Endpoint(Limits(silence=2.0)), (0.9, 0.992, LOUD), (0.0, 9.0, FAINT), words="complete")
    assert ended == "words"
    assert 0.53 <= at - 0.992 < 0.6


def test_what_the_words_told_counts_until_the_speaker_goes_on() -> None:
    endpoint = Endpoint(Limits())
    assert play(endpoint, (0.9, 0.992, LOUD), (0.0, 0.16, FAINT), words="complete")[0] is None
    ended, at = play(endpoint, (0.9, 0.992, LOUD), (0.0, 5.0, FAINT), words="unclear")
    assert ended == "silence"
    assert at > 2.7


def test_the_words_are_asked_for_once_in_a_pause_and_again_only_in_doubt() -> None:
    def asked(words: Outlook) -> int:
        endpoint, count = Endpoint(Limits()), 0
        for score in (*[0.9] * 31, *[0.0] * 12):
            if endpoint.update(score, FRAME) or not endpoint.wants_words:
                continue
            count += 1
            endpoint.tell(words)
        return count

    assert asked("complete") == asked("extendable") == 1
    assert asked("unclear") == asked("open") == 2


def test_words_are_asked_for_in_no_gap_between_syllables_and_never_where_they_do_not_count() -> None:
    for limits, gap in ((Limits(), 0.096), (Limits(looks=False), 0.5), (Limits(silence=None), 3.0)):
        endpoint = Endpoint(limits)
        for score in (*[0.9] * 31, *[0.0] * int(gap / FRAME)):
            endpoint.update(score, FRAME)
            assert not endpoint.wants_words


@pytest.mark.parametrize(("words", "most"), [("complete", 1.0), ("extendable", 1.2), ("unclear", 1.7), ("open", 2.2)])
def test_a_television_holds_up_no_command(words: Outlook, most: float) -> None:
    ended, at = play(Endpoint(Limits()), (0.9, 1.984, LOUD), (0.9, 30.0, TALK), words=words)
    assert ended
    assert at - 1.984 < most


def test_without_the_words_a_television_holds_it_up_to_the_longest() -> None:
    ended, at = play(Endpoint(Limits(looks=False)), (0.9, 1.984, LOUD), (0.9, 30.0, TALK))
    assert (ended, round(at)) == ("longest", 15)


def test_a_loud_click_before_it_makes_a_command_no_fainter() -> None:
    endpoint = Endpoint(Limits(silence=0.7))
    ended, _ = play(endpoint, (0.9, 0.15, 20 * LOUD), (0.0, 0.5, FAINT), (0.9, 1.5, TALK), (0.0, 5.0, FAINT))
    assert ended == "silence"
    assert endpoint.near_end == endpoint.speech_end
