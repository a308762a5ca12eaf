"""General knowledge: passed on to a general model."""

from speaker.context import Context
from speaker.errors import HandlerError


def ask(context: Context, text: str) -> str:
    """A sentence or two, or no and why."""
    answer = context.answer(text)
    if answer is None:
        raise HandlerError(context.reply("no_model"))
    if not answer:
        raise HandlerError(context.reply("no_answer"))
    return answer
