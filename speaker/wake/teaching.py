"""A new wake word: a few recordings of it, and what machines say, make a head in a minute or two."""

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from speaker.errors import SpeechError
from speaker.events import SAMPLE_RATE, Samples
from speaker.wake import synthesis, training
from speaker.wake.embedding import STEP, Embedding, Floats, embed
from speaker.wake.head import Head

Random = np.random.Generator
Progress = Callable[[float], None]

_FOLDS = 3
_VOWELS = ("a", "aa", "E", "eI", "i:", "I", "0", "oU", "u:", "U", "aI", "aU", "V", "3:", "@")
_CONSONANTS = tuple("p b t d k g f v s z m n l r h w j tS dZ S T N".split())
_AFTER = (
    "turn on the light", "what time is it", "set a timer", "stop", "play some music", "how warm is it", "good morning",
    "add milk to the list", "open the blinds", "pause", "never mind", "tell me a joke", "lock the door",
)  # fmt: skip


def steps_for(seconds: float) -> int:
    """How many embeddings a word of this length needs: each has heard 0.775 s."""
    return int(np.clip(np.ceil((seconds + 0.35 - 0.775) / STEP) + 1, 6, 16))


def phonemes(phrase: str) -> list[str]:
    """The phonemes of a phrase as espeak-ng writes them; words are apart by a blank. Raises SpeechError."""
    try:
        run = subprocess.run(
            ["espeak-ng", "-q", "-x", "--sep=_", "-v", "en-us", "--", phrase],
            capture_output=True,
            timeout=20,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise SpeechError(f"espeak-ng does not say how {phrase!r} sounds ({error}); install espeak-ng") from error
    words = run.stdout.decode("utf-8", "replace").split()
    return [sound for word in words for sound in (*word.split("_"), " ") if sound][:-1]


def near(phrase: str, random: Random) -> str:
    """Something that sounds like the phrase, and is not: with other sounds in it, or a part of it alone."""
    sounds = phonemes(phrase)
    words = phrase.split()
    kind = random.random()
    if kind < 0.2 and len(words) > 1:  # one word short
        gone = random.integers(len(words))
        return " ".join(word for at, word in enumerate(words) if at != gone)
    if kind < 0.45 and len(sounds) > 4:  # a part
        cut = random.integers(2, max(3, len(sounds) // 2 + 1))
        sounds = sounds[cut:] if random.random() < 0.5 else sounds[:-cut]
        return f"[[{''.join(sounds)}]]"
    spoken = [at for at, sound in enumerate(sounds) if sound.strip()]
    changes = max(2, round(len(spoken) * random.uniform(0.3, 0.6)))
    for at in random.choice(spoken, min(changes, len(spoken)), replace=False):
        bare = sounds[at].strip("',%=")
        stress = "'" if "'" in sounds[at] else ""
        others = _VOWELS if bare[:1] in "aeiouAEIOUV0@3" else _CONSONANTS
        sounds[at] = stress + str(random.choice([other for other in others if other != bare]))
    return f"[[{''.join(sounds)}]]"


class Speaker:
    """Says things in all kinds of voices and rooms, and embeds them."""

    def __init__(self, random: Random, noises: Sequence[synthesis.Audio] = ()) -> None:
        self._random, self._noises, self._embedding = random, noises, Embedding()
        self._after = [synthesis.speak(text, synthesis.any_voice(random)) for text in _AFTER]

    def say(self, text: str) -> Samples:
        """A text in some voice."""
        voice = synthesis.any_voice(self._random)
        if "[[" in text:  # flite would read the phonemes out
            while voice.program != "espeak-ng":
                voice = synthesis.any_voice(self._random)
        return synthesis.warped(synthesis.speak(text, voice), self._random.uniform(0.85, 1.2))

    def call(self, samples: Samples, steps: int) -> Floats:
        """A call in some room; embeddings whose windows all end when the word has just ended, shape (steps + 3, 96)."""
        random = self._random
        before = steps * STEP + random.uniform(0, STEP)
        end = before + len(samples) / SAMPLE_RATE
        if random.random() < 0.5:
            gap = np.zeros(round(random.uniform(0.02, 0.4) * SAMPLE_RATE), np.int16)
            following = self._after[random.integers(len(self._after))]
            level = np.sqrt((samples.astype(float) ** 2).mean() / ((following.astype(float) ** 2).mean() + 1))
            samples = np.concatenate([samples, gap, (following * min(level, 4)).clip(-32768, 32767).astype(np.int16)])
        heard = self.scene(samples, before, 0.5)
        last = int(np.ceil((end - 0.02) / STEP))
        return heard[last - steps + 1 : last + 4]

    def scene(self, samples: Samples, before: float = 0.3, after: float = 0.3, clean: float = 0.3) -> Floats:
        """Anything in some room, ``clean`` of it without noise."""
        return embed(self._embedding, synthesis.placed(samples, self._random, before, after, self._noises, clean))


def teach(
    phrase: str,
    clips: Sequence[Samples],
    talk: Sequence[Floats],
    seed: int = 1,
    noises: Sequence[synthesis.Audio] = (),
    voices: int = 360,
    each: int = 24,
    updates: int = 1500,
    progress: Progress = lambda done: None,
) -> Head:
    """A head for a phrase, of recordings of it (which should hold little else) and of talk that it is not in.

    ``voices``: how often machines say it, and half as often something near. ``each``: rooms that each recording is put into.
    Three heads are trained, each without a third of the recordings, of the near phrases and of the talk, on which it is
    judged; what is kept is their mean. Raises SpeechError where espeak-ng is missing.
    """
    random = np.random.default_rng(seed)
    speaker = Speaker(random, noises)
    cut = [synthesis.trimmed(clip, 25.0) for clip in clips]
    said = [speaker.say(phrase) for _ in range(voices)]
    progress(0.1)
    steps = steps_for(float(np.median([len(s) for s in (cut or said)])) / SAMPLE_RATE)
    calls = [speaker.call(samples, steps) for samples in said]
    progress(0.25)
    similar = [speaker.scene(speaker.say(near(phrase, random))) for _ in range(voices // 2)]
    progress(0.4)
    rooms = [[speaker.call(clip, steps) for _ in range(each)] for clip in cut]
    quiet = [speaker.scene(clip, steps * STEP, 0.5, clean=1) for clip in cut]
    progress(0.5)
    heads = []
    for fold in range(_FOLDS):
        own = [call for at, some in enumerate(rooms) if at % _FOLDS != fold for call in some]
        others = [scene for at, scene in enumerate([*similar, *talk]) if at % _FOLDS != fold]
        held = [scene for at, scene in enumerate(talk, len(similar)) if at % _FOLDS == fold]
        positives = training.windows([*calls, *own], steps)
        head = training.fit(
            phrase,
            positives,
            training.windows(others, steps),
            random,
            updates,
            lambda done, fold=fold: progress(0.5 + (fold + done) / _FOLDS / 2),  # type: ignore[misc]
        )
        unheard = [scene for at, scene in enumerate(quiet) if at % _FOLDS == fold]
        hours = sum(map(len, held)) * STEP / 3600
        trial = [head.scores(call) for call in unheard or calls[: voices // 4]]
        heads.append(training.calibrated(head, [head.scores(scene) for scene in held], trial, hours))
    return replace(training.together(heads), word=phrase)
