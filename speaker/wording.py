"""How the conversation puts things: questions, commands in words, and one reply for several."""

import re
from collections.abc import Sequence

from speaker import languages
from speaker.events import Intent, IntentSpec, Reply, SlotSpec
from speaker.languages import fragment, say
from speaker.spoken import either

_ASKED = "duration time date repeat percent number expression unit items area name color".split()
"""Types that have a question of their own."""
_SEVERAL = 5  # values that a question can name
_SLOT = re.compile(r"\{(\w+)\}")


def question(slot: SlotSpec) -> str:
    """What is asked for a slot: as its manifest says, else what fits its values or its type."""
    if slot.ask:
        return slot.ask
    name = slot.name.replace("_", " ")
    if 1 < len(slot.values) <= _SEVERAL:
        return say("ask_choice", slot=name, choices=either(value[0] for value in slot.values))
    return say(f"ask_{slot.type}") if slot.type in _ASKED else say("ask_slot", slot=name)


def in_words(intent: Intent, spec: IntentSpec) -> str:
    """An intent as a command, with the words of its slots: the example that has the most of them and no others."""

    def fit(example: str) -> tuple[int, int]:
        slots = set(_SLOT.findall(example))
        return len(slots - intent.said.keys()), -len(slots & intent.said.keys())

    example = re.sub(r"\[[^]]*\]", "", min(spec.examples, key=fit))
    return " ".join(
        _SLOT.sub(lambda found: intent.said.get(found[1]) or fragment("some_slot", slot=found[1]), example).split()
    )


def joined(settled: Sequence[tuple[Intent, Reply]]) -> Reply:
    """One reply for several intents, none said twice; what failed comes last and says what it was."""
    good = [reply.text.strip() for _, reply in settled if reply.ok]
    bad = [(intent, reply.text.strip()) for intent, reply in settled if not reply.ok]
    said = _once(good)
    if any(good) and bad:
        said += _once([_but(intent, text) if text else "" for intent, text in bad])
    else:
        said += _once([text for _, text in bad])
    return Reply(" ".join(said), ok=not bad)


def _once(sentences: Sequence[str]) -> list[str]:
    ended = (
        [text if text[-1] in ".?!" else f"{text}." for text in sentences if text] if len(sentences) > 1 else sentences
    )
    return [text for text in dict.fromkeys(ended) if text]


def _but(intent: Intent, text: str) -> str:
    """What failed, after what did not: "But the fan: there is no fan."."""
    language = languages.current()
    topic = intent.said.get("name") or intent.name.split(".")[0].replace("_", " ")
    if not topic.startswith(tuple(f"{article} " for article in language.words.own_articles)):
        topic = language.grammar.the(topic)
    return say("but", topic=topic, reason=language.grammar.continued(text))
