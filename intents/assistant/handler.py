"""The conversation itself."""

import re

from speaker.context import Context
from speaker.spoken import either, joined

EXAMPLES = 5  # that help says; nobody remembers more

JOKES = 5  # that there are: joke_1 and so on


def stop(context: Context) -> str:
    """Silence is the answer."""
    context.voice.silence()
    return ""


def cancel(context: Context) -> str:
    """Nothing is done."""
    return context.reply("cancelled")


def repeat(context: Context) -> str:
    """What was said last, again."""
    return context.voice.last_reply or context.reply("nothing_said")


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
        return context.reply("nothing_known")
    examples = [*said.values()][:EXAMPLES] or ["help"]
    return context.reply("help", topics=joined(topics), examples=either(examples))


def greet(context: Context) -> str:
    """By the time of the day."""
    hour = context.now().hour
    if 4 <= hour < 12:
        return context.reply("good_morning")
    return context.reply("good_afternoon") if 12 <= hour < 18 else context.reply("good_evening")


def thanks(context: Context) -> str:
    """Gladly."""
    return context.reply("welcome")


def joke(context: Context) -> str:
    """The next of them."""
    with context.store.atomic():
        told = int(context.store.get("told", 0))
        context.store.set("told", told + 1)
    return context.reply(f"joke_{told % JOKES + 1}")
