"""Sound files of any kind become the frames that a microphone would give."""

import logging
from pathlib import Path

import numpy as np
import pytest
import soundfile

from speaker import recording
from speaker.errors import RecordingError
from speaker.events import FRAME_SAMPLES, SAMPLE_RATE, Speech


def tone(seconds: float, rate: int = SAMPLE_RATE, pitch: float = 440.0) -> np.ndarray:
    return (8000 * np.sin(2 * np.pi * pitch * np.arange(int(seconds * rate)) / rate)).astype(np.int16)


def pitch_of(samples: np.ndarray) -> float:
    """The loudest frequency, in Hz."""
    spectrum = np.abs(np.fft.rfft(samples.astype(float)))
    return float(np.argmax(spectrum) * SAMPLE_RATE / len(samples))


@pytest.mark.parametrize("rate", [8000, 16_000, 22_050, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("ending", ["wav", "flac"])
def test_any_rate_and_channels_are_read_as_16_khz_mono(tmp_path: Path, rate: int, channels: int, ending: str) -> None:
    file = tmp_path / f"tone.{ending}"
    soundfile.write(file, np.stack([tone(1.0, rate)] * channels, axis=1), rate)
    samples = recording.read(file)
    assert samples.dtype == np.int16
    assert abs(len(samples) - SAMPLE_RATE) <= 2
    assert abs(pitch_of(samples) - 440) < 2
    assert 7000 < np.abs(samples[2000:-2000]).max() < 9000


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    recording.write(tmp_path / "a.wav", tone(0.5))
    assert np.array_equal(recording.read(tmp_path / "a.wav"), tone(0.5))


def test_frames_hold_every_sample_in_order_and_then_rest() -> None:
    samples = tone(0.1)
    frames = list(recording.frames(samples, rest=0.5))
    together = np.concatenate([frame.samples for frame in frames])
    assert all(len(frame.samples) == FRAME_SAMPLES for frame in frames)
    assert np.array_equal(together[: len(samples)], samples)
    assert not together[len(samples) :].any()
    assert len(together) >= len(samples) + SAMPLE_RATE // 2
    assert [frame.start for frame in frames] == [n * FRAME_SAMPLES / SAMPLE_RATE for n in range(len(frames))]


def test_a_truncated_file_is_read_as_far_as_it_goes(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    recording.write(tmp_path / "whole.flac", tone(20.0))
    whole = (tmp_path / "whole.flac").read_bytes()
    (tmp_path / "cut.flac").write_bytes(whole[: len(whole) // 2])
    with caplog.at_level(logging.WARNING):
        samples = recording.read(tmp_path / "cut.flac")
    assert SAMPLE_RATE < len(samples) < 19 * SAMPLE_RATE
    assert "ends early" in caplog.text


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("empty.wav", b"", "is empty"),
        ("text.wav", b"no sound at all" * 50, "cannot be read as sound"),
        ("head.wav", b"RIFF\x24\x00\x00\x00WAVE", "cannot be read as sound"),
    ],
)
def test_what_is_no_sound_is_one_clear_error(tmp_path: Path, name: str, content: bytes, complaint: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(RecordingError, match=complaint) as error:
        recording.read(tmp_path / name)
    assert "\n" not in str(error.value)


def test_a_file_without_a_sample_is_an_error(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "none.wav", np.zeros(0, np.int16), SAMPLE_RATE)
    with pytest.raises(RecordingError, match="holds no sound"):
        recording.read(tmp_path / "none.wav")


def test_a_folder_and_a_missing_file_are_errors(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="is a folder"):
        recording.read(tmp_path)
    with pytest.raises(RecordingError, match="there is no file"):
        recording.read(tmp_path / "nowhere.wav")


def test_hours_are_refused_before_they_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "LONGEST", 2)
    recording.write(tmp_path / "long.wav", tone(3.0))
    with pytest.raises(RecordingError, match="longer than an hour"):
        recording.read(tmp_path / "long.wav")


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="cannot write"):
        recording.write(tmp_path / "no" / "folder.wav", tone(0.1))


def test_the_file_loudspeaker_keeps_what_is_played_in_order(tmp_path: Path) -> None:
    out = recording.FileLoudspeaker(tmp_path / "out.wav")
    out.play(Speech(tone(0.5, 22_050, 300), 22_050))
    out.play(Speech(tone(0.5, pitch=900), SAMPLE_RATE))
    assert out.wait()
    samples = recording.read(tmp_path / "out.wav")
    assert abs(len(samples) - SAMPLE_RATE) <= 4
    assert abs(pitch_of(samples[: SAMPLE_RATE // 2]) - 300) < 5
    assert abs(pitch_of(samples[SAMPLE_RATE // 2 :]) - 900) < 5


def test_muted_it_writes_only_what_rings(tmp_path: Path) -> None:
    out = recording.FileLoudspeaker(tmp_path / "out.wav")
    out.muted = True
    out.play(Speech(tone(0.5), SAMPLE_RATE))
    out.play(Speech(tone(0.25), SAMPLE_RATE), even_muted=True)
    assert abs(len(recording.read(tmp_path / "out.wav")) - SAMPLE_RATE // 4) <= 2
