"""Scenes of the home."""

from speaker.context import Context


def activate(context: Context, name: str) -> str:
    """Have devices do what they do in a scene."""
    words = [word for word in name.split() if word not in context.words["around"]]
    return context.reply("done", scene=context.home.activate(" ".join(words) or name))
