"""How well replies are understood: spoken by each voice, recognised again. A table, and one JSON line.

    .venv/bin/python -m benchmarks.intelligibility [--data FOLDER] [--speeds 140 165 190] [VOICE ...]

Without voices, some of espeak-ng's and every voice of Piper's that is installed. About a hundred replies come from the
real handlers; our own recogniser hears them, leaning towards nothing. The word error rate counts a number as right
however it is written. It is a machine's ear, and a machine's voice may suit it better than ours: compare voices by it.
"""

import argparse
import json
import re
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rapidfuzz.distance import Levenshtein
from rich.console import Console
from rich.table import Table

from speaker import voices
from speaker.asr.moonshine import Moonshine
from speaker.build import Place, synthesiser
from speaker.config import Config, SpeechConfig, data_folder
from speaker.events import SAMPLE_RATE
from speaker.languages.en.numbers import number_of
from speaker.places import INTENTS
from speaker.recording import resampled
from speaker.spoken import aloud
from speaker.testing import Bench

ESPEAK = ("en-gb", "en-us", "en-gb-x-rp", "en-gb-scotland", "en-029", "en-us+f3", "en-gb+f2", "en-us+m3")
SPEEDS = (165,)
ORDINALS = dict(
    zip(
        "first third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth twentieth thirtieth".split(),
        "one three four five six seven eight nine ten eleven twelve twenty thirty".split(),
        strict=True,
    )
)


def replies() -> Iterator[str]:
    """What Hark says in a week."""
    with tempfile.TemporaryDirectory() as data, Bench([INTENTS], Path(data)) as bench:
        for seconds, name in zip(
            (45, 60, 90, 300, 720, 1500, 3600, 5400, 12_000), ("pasta", "egg", None) * 3, strict=True
        ):
            yield bench.do("timer.start", duration=seconds, **({"name": name} if name else {})).text
        yield from (bench.do("timer.status", name=name).text for name in ("pasta", "egg"))
        yield bench.do("timer.pause", name="pasta").text
        yield bench.do("timer.cancel_all").text
        for time, date in (("06:30", "tomorrow"), ("07:05", "monday"), ("20:15", "today"), ("09:00", "2026-03-21")):
            yield bench.do("alarm.set", time=time, date=date).text
        yield from (
            bench.do("alarm.set", time="07:45", repeat=repeat).text for repeat in ("weekdays", "daily", "sunday")
        )
        yield bench.do("alarm.list").text
        for text in ("call mum", "water the plants", "take the bins out", "feed the cat"):
            yield bench.do("reminder.set", text=text, time="19:40").text
            yield bench.do("reminder.set", text=text, duration=2400).text
        yield bench.do("reminder.cancel", text="feed the cat").text
        for items in (("milk", "eggs"), ("washing powder",), ("bread", "butter", "strawberry jam"), ("two onions",)):
            yield bench.do("list.add", item=items).text
        yield bench.do("list.read").text
        yield bench.do("list.remove", item=("eggs",)).text
        for area in ("kitchen", "living room", "bedroom", "office", "garden"):
            yield bench.do("light.on", area=area).text
            yield bench.do("light.set", area=area, brightness=35).text
        yield from (bench.do("device.on", name=name).text for name in ("television", "kettle", "heater", "fountain"))
        yield from (bench.do("volume.set", level=level).text for level in (5, 40, 85))
        for place in ("tokyo", "new york", "berlin", "sydney", "cape town", "mumbai"):
            yield bench.do("clock.time", place=place).text
        yield from (
            bench.do("clock.date", date=date).text for date in ("today", "tomorrow", "2026-12-25", "2027-02-03")
        )
        for expression in ("15% of 80", "47 * 2", "1250 - 17.5", "100 / 7", "sqrt(81)", "2 ^ 10", "3/4 of 80"):
            yield bench.do("math.calculate", expression=expression).text
        for amount, unit, other in ((72, "fahrenheit", "celsius"), (5, "miles", "kilometres"), (2, "pounds", "grams")):
            yield bench.do("math.convert", amount=amount, **{"from": unit, "to": other}).text
        for _ in range(8):
            bench.clock.forward(3 * 3600 + 7 * 60)
            yield bench.do("clock.time").text
        bench.scheduler.look()
        yield from bench.voice.rung
        yield from (bench.do(f"assistant.{what}").text for what in ("greet", "thanks", "joke", "joke", "joke"))


def words(text: str) -> list[str]:
    """A text as words to compare: numbers in digits, however they were written."""
    text = re.sub(
        r"(?<=\d),(?=\d{3})", "", text.lower().replace("%", " percent").replace("\N{DEGREE SIGN}", " degrees")
    )
    text = re.sub(r"\b(20)(?=[1-9]\d\b)", r"\1 ", re.sub(r"\b([ap])\.? ?m\b\.?", r" \1m ", text))
    tokens = re.sub(
        r"(?<=\d)(?:st|nd|rd|th)\b", "", re.sub(r"[^\w']", " ", re.sub(r"(\d)([a-z])", r"\1 \2", text))
    ).split()
    tokens = [ORDINALS.get(token, token) for token in tokens]
    found, at = [], 0
    while at < len(tokens):
        for end in range(min(len(tokens), at + 7), at, -1):
            value = None if tokens[end - 1] == "and" else number_of(" ".join(tokens[at:end]))
            if value is not None:
                found += str(value).split(".")
                break
        else:
            end = at + 1
            found += [] if tokens[at] in ("point", "oh", "o") else [tokens[at]]
        at = end
    return found


def errors(said: str, heard: str) -> tuple[int, int]:
    """Words that are wrong, missing or too many, and words that there are."""
    return Levenshtein.distance(words(said), words(heard)), len(words(said))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("voices", nargs="*", metavar="VOICE")
    parser.add_argument("--data", type=Path, default=data_folder(), help="Hark's data folder, for Piper's voices")
    parser.add_argument("--speeds", type=int, nargs="+", default=SPEEDS, help="words a minute")
    parser.add_argument("--show", action="store_true", help="print what was misheard")
    given = parser.parse_args()
    place = Place(Config(), None, given.data)
    names = given.voices or [*ESPEAK, *(voice.name for voice in voices.installed(place.voices))]
    texts, ear = list(dict.fromkeys(filter(None, replies()))), Moonshine()
    table, result = Table("voice", "words a minute", "word errors", "replies without any", "seconds a reply"), []
    for name in names:
        for speed in given.speeds:
            here = replace(place, config=Config(speech=SpeechConfig(voice=name, words_per_minute=speed)))
            wrong, total, whole, lengths = 0, 0, 0, []
            with synthesiser(here) as voice:
                for text in texts:
                    speech = voice.speak(aloud(text))
                    hearing = ear.listen()
                    hearing.accept(resampled(speech.samples, speech.rate, SAMPLE_RATE))
                    heard = hearing.finish().text
                    missed, there = errors(text, heard)
                    if missed and given.show:
                        print(f"{name} {speed}: {text} -> {heard}")
                    wrong, total, whole = wrong + missed, total + there, whole + (missed == 0)
                    lengths.append(speech.seconds)
            rate, length = wrong / total, statistics.mean(lengths)
            table.add_row(name, str(speed), f"{rate:.3f}", f"{whole} of {len(texts)}", f"{length:.1f}")
            result.append({"voice": name, "speed": speed, "wer": round(rate, 4), "whole": whole, "of": len(texts)})
    Console().print(table)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
