"""Lists of things: a list is a key in the store, its value the items in order."""

from collections.abc import Sequence

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
        return f"{joined(there).capitalize()} {are(there)} already on the {name} list."
    note = f" {joined(there).capitalize()} {are(there)} there already." if there else ""
    return f"Added {joined(new)} to the {name} list.{note}"


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
    note = f"{joined(absent).capitalize()} {are(absent)} not on the {name} list." if absent else ""
    if not found:
        raise HandlerError(note)
    return f"Removed {joined(found)} from the {name} list. {note}".strip()


def read(context: Context, list: str | None = None) -> str:
    """Say what is on a list."""
    name = list_name(context, list)
    items = context.store.get(name, [])
    return f"On the {name} list: {joined(items)}." if items else f"The {name} list is empty."


def clear(context: Context, list: str | None = None) -> str:
    """Take everything off a list."""
    name = list_name(context, list)
    count = len(context.store.get(name, []))
    context.store.delete(name)
    return f"The {name} list is empty now." if count else f"The {name} list was empty already."


def are(things: Sequence[str]) -> str:
    """ "is" of one, "are" of more."""
    return "is" if len(things) == 1 else "are"


def list_name(context: Context, said: str | None) -> str:
    """The list that is meant: the nearest one there is, else what was said."""
    name = (said or context.settings["default"]).replace("-", " ").removesuffix(" list")
    name = {"grocery": "shopping", "groceries": "shopping", "todo": "to do"}.get(name, name)
    match = process.extractOne(name, [key for key, _ in context.store.items()], scorer=fuzz.ratio, score_cutoff=85)
    return match[0] if match else name
