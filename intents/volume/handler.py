"""How loud Hark is."""

from speaker.context import Context


def set(context: Context, level: int) -> str:
    """To a level."""
    context.voice.volume = level
    context.voice.muted = False
    return context.reply("at", level=level)


def up(context: Context) -> str:
    """A step louder."""
    return set(context, min(100, context.voice.volume + context.settings["step"]))


def down(context: Context) -> str:
    """A step quieter, but not silent."""
    return set(context, max(5, context.voice.volume - context.settings["step"]))


def mute(context: Context) -> str:
    """No sound; a timer still rings."""
    context.voice.muted = True
    return context.reply("muted")


def unmute(context: Context) -> str:
    """Sound again."""
    context.voice.muted = False
    return context.reply("back")
