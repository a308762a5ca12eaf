"""General knowledge: passed on to a general model."""

from speaker.context import Context
from speaker.errors import HandlerError


def ask(context: Context, text: str) -> str:
    """A sentence or two, or no and why."""
    answer = context.answer(text)
    if answer is None:
        raise HandlerError("I cannot answer questions without a general model. Name one in my configuration.")
    if not answer:
        raise HandlerError("I have no answer to that.")
    return answer
