"""Lists of things: a list is a key in the store, its value the items in order."""

from rapidfuzz import fuzz, process

from speaker.context import Context
from speaker.errors import HandlerError
from speaker.spoken import joined


def add(context: Context, item: tuple[str, ...], list: str | None = None) -> str:
    """Put items on a list, which is begun where there is none of that name."""
    name = list_name(context, list)
    wanted = [*dict.fromkeys(item)]
    with context.store.atomic():
        items = context.store.get(name, [])
        new = [i for i in wanted if i not in items]
        context.store.set(name, items + new)
    there = [i for i in wanted if i in items]
    if not new:
        return context.reply("there", count=len(there), items=joined(there), list=name)
    note = context.reply("there_too", count=len(there), items=joined(there)) if there else ""
    return f"{context.reply('added', items=joined(new), list=name)} {note}".strip()


def remove(context: Context, item: tuple[str, ...], list: str | None = None) -> str:
    """Take items off a list."""
    name = list_name(context, list)
    with context.store.atomic():
        items = context.store.get(name, [])
        nearest = {i: process.extractOne(i, items, scorer=fuzz.ratio, score_cutoff=80) for i in item}
        found = [*dict.fromkeys(match[0] for match in nearest.values() if match)]
        if found:
            context.store.set(name, [i for i in items if i not in found])
    absent = [i for i, match in nearest.items() if not match]
    note = context.reply("absent", count=len(absent), items=joined(absent), list=name) if absent else ""
    if not found:
        raise HandlerError(note)
    return f"{context.reply('removed', items=joined(found), list=name)} {note}".strip()


def read(context: Context, list: str | None = None) -> str:
    """Say what is on a list."""
    name = list_name(context, list)
    items = context.store.get(name, [])
    return context.reply("read", list=name, items=joined(items)) if items else context.reply("empty", list=name)


def clear(context: Context, list: str | None = None) -> str:
    """Take everything off a list."""
    name = list_name(context, list)
    count = len(context.store.get(name, []))
    context.store.delete(name)
    return context.reply("cleared", list=name) if count else context.reply("empty_already", list=name)


def list_name(context: Context, said: str | None) -> str:
    """The list that is meant: the nearest one there is, else what was said."""
    name = (said or context.settings["default"]).replace("-", " ").removesuffix(context.words["suffix"])
    name = next((known for known, also in context.words["same"].items() if name in also), name)
    match = process.extractOne(name, [key for key, _ in context.store.items()], scorer=fuzz.ratio, score_cutoff=85)
    return match[0] if match else name
