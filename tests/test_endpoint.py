"""When a command is over."""

from speaker.endpoint import Endpoint, Limits

FRAME = 0.032


def play(endpoint: Endpoint, *parts: tuple[float, float]) -> tuple[str | None, float]:
    """Feed (score, seconds) parts; why it ended and when."""
    for score, seconds in parts:
        for _ in range(round(seconds / FRAME)):
            if ended := endpoint.update(score, FRAME):
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


def test_television_that_goes_on_is_cut_at_the_longest() -> None:
    ended, at = play(Endpoint(Limits(longest=8.0)), (0.9, 60.0))
    assert ended == "longest"
    assert abs(at - 8.0) < 0.1


def test_a_score_that_wavers_keeps_speech_alive_but_does_not_begin_it() -> None:
    limits = Limits(begin=0.5, keep=0.35, nothing=2.0)
    assert play(Endpoint(limits), (0.4, 30.0))[0] == "nothing"
    assert play(Endpoint(limits), (0.9, 0.5), (0.4, 3.0))[0] is None


def test_a_recording_that_is_one_command_may_begin_late_and_pause() -> None:
    limits = Limits(silence=None, nothing=None, longest=15.0)
    assert play(Endpoint(limits), (0.0, 300.0), (0.9, 1.0), (0.0, 5.0), (0.9, 1.0), (0.0, 3.0))[0] is None
    assert play(Endpoint(limits), (0.0, 300.0), (0.9, 60.0))[0] == "longest"
