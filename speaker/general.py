"""A general model: any instruct GGUF, which answers questions and may read commands in the language model's place.

What it is told stands at the beginning of its text and is evaluated once; a command costs its own words and what is
written about it. While it reads a command it can write nothing but calls of active intents, whose values are words
of that command (``speaker/catalogue.py``). It is greedy, so the same command always gives the same reading.
"""

import logging
import re
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

import numpy as np

from speaker import catalogue
from speaker.errors import ModelError
from speaker.events import Candidate, IntentSpec, Reading
from speaker.languages import say
from speaker.llama import Floats, Grammar, Session, Weights
from speaker.text import LONGEST, normalise

log = logging.getLogger(__name__)

READING_PATIENCE = 20.0
"""Seconds for one command."""

ANSWERING_PATIENCE = 15.0
"""Seconds for one answer."""

_LONGEST = 200  # tokens of a command or a question: more is none
_MOST_READ = 240  # tokens that are written about a command
_MOST_ANSWERED = 90  # tokens of an answer
_NAMED = b'"arguments": {'  # stands behind each name, and nowhere else
_CLEAR = 0.99  # share of the best token above which it makes no odds what else may come
_SENTENCES = 2
_SAID = "⁂said⁂"  # holds the place of what a person said while a chat template is filled in

_THOUGHT = re.compile(r"<think>.*?(</think>|$)", re.DOTALL)
_MARKS = re.compile(r"https?://\S+|^\s*[-*•#]+\s+|[*_`#<>|\[\]{}\\~]+", re.MULTILINE)
_SENTENCE = re.compile(r".+?[.!?]+[\"')]*(?=\s|$)", re.DOTALL)
_LAST_WORD = re.compile(r"\s*\S*$")


class GeneralModel:
    """A loaded model. May be used by several threads; one thing at a time is read or answered."""

    def __init__(self, path: Path) -> None:
        """Load an instruct GGUF.

        Raises ModelError where the file is missing, damaged or has no chat template that can be used.
        """
        self.name = path.stem
        self.intents: Mapping[str, tuple[str, ...]] = {}
        """Those it was trained for: none. It is told of all."""
        self._lock = threading.Lock()
        self._closed = False
        self._weights = Weights(path, "general.model", "fetch it again, or name another with 'general.model'")
        self._reading: tuple[tuple[IntentSpec, ...], _Task] | None = None
        try:
            self._answering = _Task(self._weights, say("general_answering"), _MOST_ANSWERED)
        except ModelError:
            self._weights.close()
            raise

    @property
    def evaluated(self) -> int:
        """Tokens that it has looked at so far: what its time goes into."""
        return self._answering.evaluated + (self._reading[1].evaluated if self._reading else 0)

    def prepare(self, active: Collection[IntentSpec]) -> None:
        """Take in the commands that there are, so that the first one said need not wait for it.

        Raises ModelError where there are more than the model can hold.
        """
        with self._lock:
            self._task(active).take_in(self._go_on(float("inf")))

    def read(self, text: str, active: Collection[IntentSpec], before: Sequence[Candidate] = ()) -> Reading:
        """Read one command; the same arguments always give the same reading.

        ``before`` is how the command before was read, where this one may lean on it. It is rejected, with
        confidence 0, where it takes longer than ``READING_PATIENCE``, not counting ``prepare``, which comes first
        where it has not been done for these intents. Raises ModelError as that does, and after ``close``.
        """
        command = normalise(text)
        if not command or not active:
            return Reading((), 1.0)
        with self._lock:
            task = self._task(active)
            task.take_in(self._go_on(float("inf")))
            go_on = self._go_on(READING_PATIENCE)
            try:
                session = task.begin(catalogue.context(before) + command, go_on)
                if session is None:
                    return Reading((), 1.0)
                grammar = Grammar(self._weights, catalogue.rules(active, command, before))
                try:
                    written, sure = self._write(session, grammar, go_on)
                finally:
                    grammar.close()
            except TimeoutError:
                log.warning("%s took longer than %.0f s; name a smaller one", self.name, READING_PATIENCE)
                return Reading((), 0.0)
        found = catalogue.calls(written, command, {spec.name: spec for spec in active}, before)
        if not found:
            return Reading((), round(sure[0], 4) if sure else 0.0)
        candidates = tuple(Candidate(*call, round(share, 4)) for call, share in zip(found, sure, strict=True))
        return Reading(candidates, min(candidate.confidence for candidate in candidates))

    def answer(self, question: str) -> str:
        """One or two sentences to be spoken; empty where it has none, or none in ``ANSWERING_PATIENCE``.

        Raises ModelError after ``close``.
        """
        written = b""
        with self._lock:
            go_on = self._go_on(ANSWERING_PATIENCE)
            try:
                session = self._answering.begin(question.strip()[:LONGEST], go_on)
                for _ in range(_MOST_ANSWERED if session else 0):
                    assert session is not None
                    token = int(np.argmax(session.logits()))
                    if self._weights.ends(token):
                        break
                    written += self._weights.piece(token)
                    if _is_enough(written.decode("utf-8", "ignore")):
                        break
                    session.feed([token], go_on)
            except TimeoutError:
                log.warning("%s took longer than %.0f s; name a smaller one", self.name, ANSWERING_PATIENCE)
        return spoken(written.decode("utf-8", "ignore"))

    def close(self) -> None:
        """End what it is at, and free it; nothing may be read or asked afterwards."""
        self._closed = True
        with self._lock:
            self._answering.close()
            if self._reading:
                self._reading[1].close()
            self._weights.close()

    # --- decoding -------------------------------------------------------------------------------------------

    def _task(self, active: Collection[IntentSpec]) -> "_Task":
        """Reading commands of these intents; the same one as long as they stay the same."""
        self._expect_open()
        specs = tuple(active)
        if self._reading is None or self._reading[0] != specs:
            if self._reading:
                self._reading[1].close()
            self._reading = specs, _Task(self._weights, catalogue.told(specs), _MOST_READ)
        return self._reading[1]

    def _go_on(self, patience: float) -> Callable[[], None]:
        """What raises TimeoutError once the time is up, and ModelError once the model is closed (as this does)."""
        end = time.monotonic() + patience

        def go_on() -> None:
            self._expect_open()
            if time.monotonic() > end:
                raise TimeoutError

        self._expect_open()
        return go_on

    def _expect_open(self) -> None:
        if self._closed:
            raise ModelError("the general model is closed; load it again")

    def _write(self, session: Session, grammar: Grammar, go_on: Callable[[], None]) -> tuple[str, list[float]]:
        """The list that is written, and how sure each name in it is; of an empty one, how sure it is to be empty."""
        written, sure, choices = b"", list[float](), list[tuple[int, Floats]]()
        for _ in range(_MOST_READ):
            logits, at = session.logits(), len(written)
            token = int(np.argmax(logits))
            choosing = written.count(_NAMED) == written.count(b"}}")  # between two calls, or in a name
            if not grammar.allows(token) or (choosing and _share(logits, token) < _CLEAR):
                logits = grammar.masked(logits)
                token = int(np.argmax(logits))
            if not np.isfinite(logits[token]):  # a vocabulary without some letter of the command
                break
            grammar.accept(token)
            written += self._weights.piece(token)
            ended, fresh = written.endswith(b"]"), written.count(_NAMED) - len(sure)
            if choosing or fresh:
                choices.append((at, logits))
            if fresh or (ended and not sure):
                share = np.prod([self._agreement(written[at:], what) for at, what in choices])
                sure += [min(float(share), 1.0)] * max(fresh, 1)
                choices.clear()
            if ended:
                return written.decode("utf-8", "replace"), sure
            session.feed([token], go_on)
        return "", [0.0]

    def _agreement(self, written: bytes, logits: Floats) -> float:
        """The probability of all tokens with which the same could have been written: the cut makes no difference."""
        shares = np.exp(logits - np.max(logits))
        shares /= shares.sum()
        pieces = [(self._weights.piece(int(token)), shares[token]) for token in np.flatnonzero(shares > 1e-4)]
        return float(
            sum(p for piece, p in pieces if piece and (written.startswith(piece) or piece.startswith(written)))
        )


class _Task:
    """What the model is asked again and again: a fixed beginning, what a person said, and a fixed end."""

    def __init__(self, weights: Weights, system: str, most: int) -> None:
        """``most``: tokens that it may write. Raises ModelError where the model cannot be asked that."""
        self._weights = weights
        self._before, self._behind = _prompt(weights, system)
        self._size = len(self._before) + _LONGEST + len(self._behind) + most
        if self._size > weights.longest:
            raise ModelError(
                f"{weights.path} holds {weights.longest} tokens, and {self._size} are needed; name another model with "
                "'general.model', or load fewer plugins"
            )
        self._session: Session | None = None  # made when it is needed: it takes memory

    @property
    def evaluated(self) -> int:
        return self._session.evaluated if self._session else 0

    def take_in(self, go_on: Callable[[], None]) -> Session:
        """Come to where the person speaks; only what was not there yet is evaluated."""
        self._session = self._session or Session(self._weights, self._size)
        self._session.restart(self._before, go_on)
        return self._session

    def begin(self, said: str, go_on: Callable[[], None]) -> Session | None:
        """Come to where the model writes; None where nothing was said, or more than anyone says.

        What was said is text alone: nothing in it can become a token that ends it or speaks for another.
        """
        tokens = self._weights.tokens(said)
        if not tokens or len(tokens) > _LONGEST:
            return None
        session = self.take_in(go_on)
        session.feed([*tokens, *self._behind], go_on)
        return session

    def close(self) -> None:
        if self._session:
            self._session.close()
        self._session = None


def spoken(written: str) -> str:
    """What was written as one or two sentences of plain words for a voice; empty where there are none."""
    text = _THOUGHT.sub(" ", written).strip()
    text = " ".join(_MARKS.sub(" ", text).split())
    text = re.sub(r"\s+([.,!?;:])", r"\1", "".join(letter for letter in text if letter.isprintable()))
    sentences = _SENTENCE.findall(text)
    if sentences:
        return "".join(sentences[:_SENTENCES]).strip()
    cut = text.rsplit(" ", 1)[0].rstrip(" ,;:-") if len(text) > LONGEST // 2 else text
    return f"{cut}." if any(letter.isalnum() for letter in cut) else ""


def _share(logits: Floats, token: int) -> float:
    """The probability of a token."""
    return float(1.0 / np.exp(logits - logits[token]).sum())


def _is_enough(written: str) -> bool:
    """Whether it has all the sentences that are spoken, or a paragraph."""
    text = _THOUGHT.sub(" ", written).lstrip()
    whole = _SENTENCE.findall(_LAST_WORD.sub("", text))  # "3." may yet become "3.5"
    return len(whole) >= _SENTENCES or (bool(text) and text.endswith("\n\n"))


def _prompt(weights: Weights, system: str) -> tuple[list[int], list[int]]:
    """The tokens before and behind what a person says, as the file's chat template has them."""
    why = "it leaves out what it is given"
    for messages in ([("system", system), ("user", _SAID)], [("user", f"{system}\n\n{_SAID}")]):
        try:
            text = weights.chat(messages)
        except Exception as error:  # a template is a program by strangers; many refuse the role "system"
            why = f"{type(error).__name__}: {' '.join(str(error).split())}"
            continue
        if text is None:
            raise ModelError(f"{weights.path} has no chat template; name an instruct model with 'general.model'")
        if text.count(_SAID) == 1 and system in text:
            before, behind = text.split(_SAID)
            return weights.begin(weights.tokens(before, special=True)), weights.tokens(behind, special=True)
    raise ModelError(f"the chat template of {weights.path} cannot be used ({why}); name another with 'general.model'")
