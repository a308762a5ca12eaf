"""What a command's words mean among the music that there is: ranked, and tolerant of what was misheard.

It knows nothing of where the music comes from, so that it can be tried without any.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rapidfuzz import fuzz, process

Kind = Literal["artist", "composer", "playlist", "genre", "title", "album"]
KINDS: tuple[Kind, ...] = ("artist", "composer", "playlist", "genre", "title", "album")
"""What is meant first where several are called the same."""

LIKE = 78.0  # points of 100 from which something is what was said: one letter of five may be wrong
_WORD_LIKE = 80.0  # and a single word of a name
_FEWEST = 4  # letters from which words may stand for a longer name that has them
_MOST = 50  # names that are looked at more closely

_APOSTROPHE = re.compile(r"['’`´]")
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Music:
    """Something that can be played."""

    kind: Kind
    name: str
    """As the library writes it."""
    artist: str = ""
    """Of a title or an album; "" where it has none."""


@dataclass(frozen=True, slots=True)
class Found:
    """Music that a command may mean."""

    music: Music
    score: float
    """LIKE to 100, which is the very name."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One way to read a command: what is called so, of these kinds, by that artist."""

    name: str
    kinds: tuple[Kind, ...] = KINDS
    artist: str = ""
    """"" where none was said."""


class Ways:
    """How people speak of music, in one language."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        """``words``: those of ``words.en.yaml``."""
        self.kind_of: Mapping[str, tuple[Kind, ...]] = {
            said: tuple(each["are"]) for each in words["kinds"] for said in each["said"]
        }
        kinds, any_, called = "|".join(self.kind_of), words["any"], words["called"]
        self.filler = re.compile(rf"^(?:(?:{words['filler']})\s+)+")
        self.before = re.compile(rf"^({kinds})\s+(?:(?:{called})\s+)?(.+)$")
        self.behind = re.compile(rf"^(.+?)\s+({kinds})$")
        self.only_by = re.compile(rf"^(?:{any_})\s+(?:{words['of_whom']})\s+(.+)$")
        self.nothing_named = re.compile(rf"^(?:(?:{any_})(?:\s+(?:{words['any_behind']}))*)?$")
        self.aside = re.compile(rf"\s*[(\[][^)\]]*[)\]]|\s+-\s+[^-]*\b(?:{words['aside']})[^-]*$", re.I)
        self.by = f" {words['by']} "
        self._article, self._and = re.compile(rf"^(?:{words['article']}) (?=.)"), f" {words['and']} "
        self._numbers = {word: n for n, word in enumerate(words["numbers"])}
        self._numbers |= {word: 20 + 10 * n for n, word in enumerate(words["tens"])}

    def plain(self, name: str) -> str:
        """A name as it is compared: lower case, numbers in digits, without accents, signs and a first article.

        Never empty but for "".
        """
        text = name.casefold()
        if not text.isascii():
            text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
        words = _NO_WORD.sub(" ", _APOSTROPHE.sub("", text.replace("&", self._and))).strip()
        return self._in_digits(self._article.sub("", words)) or name

    def names_of(self, name: str) -> list[str]:
        """The plain names that something goes by: with and without "(Remastered 2009)"."""
        whole = self.plain(name)
        if "(" not in name and "[" not in name and " - " not in name:
            return [whole]
        short = self.plain(self.aside.sub("", name).strip())
        return [whole, short] if short and short != whole else [whole]

    def _in_digits(self, text: str) -> str:
        """ "99 luftballons" for "ninety nine luftballons", "19 84" for "nineteen eighty four"."""
        said = text.split()
        if self._numbers.keys().isdisjoint(said):
            return text
        words: list[str] = []
        tens = False
        for word in said:
            number = self._numbers.get(word)
            if tens and number is not None and 0 < number < 10:
                words[-1] = str(int(words[-1]) + number)
            else:
                words.append(word if number is None else str(number))
            tens = number is not None and number >= 20
        return " ".join(words)


class Shelf:
    """All that can be played, put in order once so that it is found quickly."""

    def __init__(self, ways: Ways, music: Iterable[Music] = ()) -> None:
        self.ways = ways
        self._racks: dict[Kind, _Rack] = {kind: _Rack(ways) for kind in KINDS}
        self._of: dict[str, list[tuple[Music, list[str]]]] = defaultdict(list)
        for each in music:
            names = ways.names_of(each.name)
            self._racks[each.kind].add(each, names)
            if each.artist:
                self._of[each.artist].append((each, names))

    def __len__(self) -> int:
        return sum(len(self.all(kind)) for kind in KINDS)

    def all(self, kind: Kind) -> Sequence[Music]:
        """Everything of a kind."""
        return self._racks[kind].music

    def called(self, name: str, kinds: Collection[Kind]) -> Iterator[Found]:
        """What is called so or nearly so."""
        for kind in kinds:
            yield from self._racks[kind].called(name)

    def by(self, artist: str) -> Iterator[tuple[Music, list[str], float]]:
        """Titles and albums, with their plain names, of who is called so or nearly so, with how much so."""
        for found in self._racks["artist"].called(artist):
            for music, names in self._of.get(found.music.name, ()):
                yield music, names, found.score


class _Rack:
    """The music of one kind."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways
        self.music: list[Music] = []
        self._names: list[str] = []  # plain; some music has two
        self._joined: list[str] = []  # the same without spaces, where recognition often errs
        self._at: list[int] = []  # whose name it is
        self._with: dict[str, list[int]] = defaultdict(list)  # names that have a word

    def add(self, music: Music, names: Iterable[str]) -> None:
        for name in names:
            for word in name.split():
                self._with[word].append(len(self._names))
            self._names.append(name)
            self._joined.append(name.replace(" ", ""))
            self._at.append(len(self.music))
        self.music.append(music)

    def called(self, name: str) -> Iterator[Found]:
        said = self._ways.plain(name)
        joined = said.replace(" ", "")
        scores: dict[int, float] = {}
        if joined:
            likes = process.extract(joined, self._joined, scorer=fuzz.ratio, score_cutoff=LIKE, limit=_MOST)
            for at, score in [*((i, s) for _, s, i in likes), *self._partly(said)]:
                scores[self._at[at]] = max(score, scores.get(self._at[at], 0.0))
        for at, score in scores.items():
            yield Found(self.music[at], score)

    def _partly(self, said: str) -> list[tuple[int, float]]:
        """Longer names that have all the words: "beethoven" for "Ludwig van Beethoven"."""
        if len(said) < _FEWEST:
            return []
        common: set[int] | None = None
        for word in said.split():
            words = self._with.keys()
            near = [word] if word in words else [like for like, _, _ in process.extract(
                word, words, scorer=fuzz.ratio, score_cutoff=_WORD_LIKE, limit=_MOST)]  # fmt: skip
            having = {at for like in near for at in self._with[like]}
            common = having if common is None else common & having
            if not common:
                return []
        scored = [(at, part_likeness(said, self._names[at])) for at in common or ()]
        return sorted((pair for pair in scored if pair[1] >= LIKE), key=lambda pair: -pair[1])[:_MOST]


def find(query: str, shelf: Shelf, limit: int = 5) -> list[Found]:
    """What a command's words mean, the likeliest first; empty where nothing is like them."""
    best: dict[Music, tuple[float, int]] = {}
    for order, wanted in enumerate(readings(query, shelf.ways)):
        for found in _fitting(wanted, shelf):
            if found.music not in best or found.score > best[found.music][0]:
                best[found.music] = found.score, order
    ranked = sorted(best, key=lambda m: (-round(best[m][0]), best[m][1], KINDS.index(m.kind)))
    return [Found(music, best[music][0]) for music in ranked[:limit]]


def names_nothing(query: str, ways: Ways) -> bool:
    """Whether a command leaves open what to play: "some music", "anything"."""
    return bool(ways.nothing_named.match(ways.filler.sub("", f"{query.lower().strip()} ").strip()))


def readings(query: str, ways: Ways) -> Iterator[Wanted]:
    """The ways to read a command, the likeliest first; "the album thriller by michael jackson" is first an album."""
    said = query.lower().strip()
    bare = ways.filler.sub("", said)
    if only := ways.only_by.match(bare):
        yield Wanted(only[1], ("artist", "composer"))
    for match, kind_at, name_at in ((ways.before.match(bare), 1, 2), (ways.behind.match(bare), 2, 1)):
        if match:
            kinds, name = ways.kind_of[match[kind_at]], match[name_at]
            yield from (Wanted(x, kinds, y) for x, y in _by(name, ways))
            yield Wanted(name, kinds)
    yield from (Wanted(x, ("title", "album"), y) for x, y in _by(bare, ways))
    yield from (Wanted(name) for name in dict.fromkeys((said, bare)))


def part_likeness(said: str, name: str) -> float:
    """0 to 100: how well some words stand for a longer name that has them all, or nearly."""
    words = name.split()
    each = [max(fuzz.ratio(word, other) for other in words) for word in said.split()]
    return min(95.0, 0.8 * sum(each) / len(each) + 20.0 * min(1.0, len(said) / len(name)))


def _by(text: str, ways: Ways) -> Iterator[tuple[str, str]]:
    """ "stand by me by ben e king" could be "stand by me" by "ben e king", or "stand" by "me by ben e king"."""
    parts = text.split(ways.by)
    for at in range(len(parts) - 1, 0, -1):
        yield ways.by.join(parts[:at]), ways.by.join(parts[at:])


def _fitting(wanted: Wanted, shelf: Shelf) -> Iterator[Found]:
    if not wanted.artist:
        yield from shelf.called(wanted.name, wanted.kinds)
        return
    said = shelf.ways.plain(wanted.name)
    for music, names, by in shelf.by(wanted.artist):
        if music.kind in wanted.kinds:
            score = max(_likeness(said, name) for name in names)
            if score >= LIKE:
                yield Found(music, (2 * score + by) / 3)


def _likeness(said: str, name: str) -> float:
    whole = fuzz.ratio(said.replace(" ", ""), name.replace(" ", ""))
    return max(whole, part_likeness(said, name)) if len(said) >= _FEWEST and len(said) < len(name) else whole
