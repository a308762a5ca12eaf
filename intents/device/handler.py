"""Anything of the home that is switched."""

from speaker.context import Context
from speaker.spoken import joined


def on(context: Context, name: str, area: str | None = None) -> str:
    """Switch a device on."""
    return switch(context, name, area, on=True)


def off(context: Context, name: str, area: str | None = None) -> str:
    """Switch a device off."""
    return switch(context, name, area, on=False)


def switch(context: Context, name: str, area: str | None, on: bool) -> str:
    devices = context.home.switched(area, name)
    context.home.change(devices, on=on)
    names = joined(device.name for device in devices)
    return context.reply("on", devices=names) if on else context.reply("off", devices=names)
