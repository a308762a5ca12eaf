"""Anything of the home that is switched."""

from speaker.context import Context


def on(context: Context, name: str, area: str | None = None) -> str:
    """Switch a device on."""
    return switch(context, name, area, on=True)


def off(context: Context, name: str, area: str | None = None) -> str:
    """Switch a device off."""
    return switch(context, name, area, on=False)


def switch(context: Context, name: str, area: str | None, on: bool) -> str:
    device = context.home.device(name, area)
    context.home.change([device], on=on)
    return f"{device.name.capitalize()} {'on' if on else 'off'}."
