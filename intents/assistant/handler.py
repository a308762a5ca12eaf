"""The conversation itself."""

from speaker.context import Context
from speaker.spoken import joined

JOKES = (
    "My memory is all solid state. I never forget a grudge.",
    "I asked the dimmer for advice. It said: lighten up.",
    "Why did the timer go to therapy? It kept going off at people.",
    "The shopping list and I broke up. It was too needy.",
    "I would tell you a joke about the cloud, but I have never been there.",
)


def stop(context: Context) -> str:
    """Silence is the answer."""
    context.voice.hush()
    return ""


def cancel(context: Context) -> str:
    """Nothing is done."""
    return "All right."


def repeat(context: Context) -> str:
    """What was said last, again."""
    return context.voice.last_reply or "I have not said anything yet."


def help(context: Context) -> str:
    """One example of each plugin."""
    first = {spec.name.split(".")[0]: spec.examples[0] for spec in reversed(context.intents())}
    examples = [
        e.replace("[", "").replace("]", "") for name, e in first.items() if name != "assistant" and "{" not in e
    ]
    return f"You can say, for example: {joined(reversed(examples), 'or')}."


def greet(context: Context) -> str:
    """By the time of the day."""
    hour = context.now().hour
    return f"Good {'morning' if 4 <= hour < 12 else 'afternoon' if 12 <= hour < 18 else 'evening'}."


def thanks(context: Context) -> str:
    """Gladly."""
    return "You are welcome."


def joke(context: Context) -> str:
    """The next of them."""
    told = int(context.store.get("told", 0))
    context.store.set("told", told + 1)
    return JOKES[told % len(JOKES)]
