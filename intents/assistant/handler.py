"""The conversation itself."""

import re

from speaker.context import Context
from speaker.spoken import joined

EXAMPLES = 5  # that help says; nobody remembers more

JOKES = (
    "My memory is all solid state. I never forget a grudge.",
    "I asked the dimmer for advice. It said: lighten up.",
    "Why did the timer go to therapy? It kept going off at people.",
    "The shopping list and I broke up. It was too needy.",
    "I would tell you a joke about the cloud, but I have never been there.",
)


def stop(context: Context) -> str:
    """Silence is the answer."""
    context.voice.silence()
    return ""


def cancel(context: Context) -> str:
    """Nothing is done."""
    return "All right."


def repeat(context: Context) -> str:
    """What was said last, again."""
    return context.voice.last_reply or "I have not said anything yet."


def help(context: Context) -> str:
    """What there is, and some sentences that can be said."""
    said: dict[str, str] = {}
    topics: dict[str, None] = {}
    for spec in context.intents():
        topic = spec.name.split(".")[0].replace("_", " ")
        if topic == "assistant":
            continue
        topics[topic] = None
        if plain := next((re.sub(r"[][]", "", e) for e in spec.examples if "{" not in e), None):
            said.setdefault(topic, plain)
    if not topics:
        return "I can do nothing yet. No plugin is loaded."
    examples = [*said.values()][:EXAMPLES] or ["help"]
    return f"I know about {joined(topics)}. You can say, for example: {joined(examples, 'or')}."


def greet(context: Context) -> str:
    """By the time of the day."""
    hour = context.now().hour
    return f"Good {'morning' if 4 <= hour < 12 else 'afternoon' if 12 <= hour < 18 else 'evening'}."


def thanks(context: Context) -> str:
    """Gladly."""
    return "You are welcome."


def joke(context: Context) -> str:
    """The next of them."""
    with context.store.atomic():
        told = int(context.store.get("told", 0))
        context.store.set("told", told + 1)
    return JOKES[told % len(JOKES)]
