"""Sums, conversions and questions in sentences by other people, by their words."""

import re

Slots = tuple[tuple[str, str], ...]

_ONES = "one two three four five six seven eight nine"
_NUMBERS = frozenset(
    f"{_ONES} zero ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty"
    " sixty seventy eighty ninety hundred thousand million billion trillion pi".split()
)
_FRACTIONS = frozenset(
    "half third thirds quarter quarters fourth fourths fifth fifths sixth sixths seventh eighth eighths ninth tenth tenths".split()
)
_BETWEEN = frozenset("plus minus times multiplied divided x + - / percent % of off and by from over to".split())
_DOING = frozenset("add subtract multiply divide square cube double halve".split())
_OTHER = frozenset(
    "the a an squared cubed root roots power raised sum product difference between factorial remainder average with point"
    " negative together second second quotient up decimal when is mean cubic".split()
)
_WORDS = _NUMBERS | _FRACTIONS | _BETWEEN | _DOING | _OTHER
_OPERATION = re.compile(
    r"\b(plus|minus|times|multiplied|divided|x|percent|off|squared?|cubed?|root|power|sum|product|difference|factorial|"
    r"remainder|average|add|subtract|multiply|divide|half|thirds?|quarters?|fifths?|double|mean|quotient)\b|[+/%]|\d-\d| - "
)
_TWICE = re.compile(
    r"\b(plus|minus|times|by|x|of) (plus|minus|times|divided|multiplied|percent)\b|\b(plus|minus|times|by|of|from|and|divided)$"
)
_ASKING = (
    r"^(?:(?:please|hey|ok|okay|olly|google|siri|alexa|hi|hello|(?:can|could|will|would) you(?: please)?) )*"
    r"(?:(?:help me|i need you to|i want you to|i need to|i want to) )?"
)
_TELLING = r"(?:(?:tell|give|show|find|get) me |tell me please |please )?"
_CALCULATE = re.compile(
    rf"{_ASKING}{_TELLING}(?:calculate|compute|work out|figure out|solve|evaluate|provide|know|do|find)? ?(?:what (?!is\b|are\b|does\b|do\b))?"
    r"(?:what is|what's|whats|what are|what does|what do|how much is|what do (?:you|i) get (?:if|when) (?:you|i))? ?"
    r"(?:(?:the |an )?(?:answer|result|value) (?:to|of|for) )?(?:the )?"
    r"(?P<sum>.+?)(?: please| for me| is| equals?| make| equal to| come to| now| thanks| so)*$"
)

_UNIT = (
    r"(?:inch(?:es)?|foot|feet|yards?|miles?|(?:milli|centi|deci|kilo|nano)?met(?:er|re)s?|cms?|mms?|kms?|light years?|"
    r"(?:fluid )?ounces?|oz|pounds?|lbs?|stones?|tons?|tonnes?|(?:milli|kilo|micro)?grams?|kilos?|kgs?|cups?|pints?|quarts?|gallons?|"
    r"tablespoons?|teaspoons?|(?:milli|centi|deci)?lit(?:er|re)s?|mls?|square (?:feet|foot|miles?|met(?:er|re)s?|yards?)|acres?|hectares?|"
    r"bytes?|(?:kilo|mega|giga|tera)bytes?|seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centur(?:y|ies)|"
    r"fahrenheit|celsius|centigrade|kelvin)"
)
_DIGIT = rf"(?:{'|'.join(sorted(_NUMBERS - {'pi'}))}|and a half|and|point|\d[\d.,]*|\d+/\d+)"
_AMOUNT = rf"(?:(?:half|a quarter of|a third of|one|1|a) (?:an?|hundred|thousand|dozen|million)|an?|half an?|{_DIGIT}(?: {_DIGIT})*)"
_FROM = rf"(?P<amount>{_AMOUNT}) (?:degrees )?(?P<from>{_UNIT})"
_KNOW = (
    rf"{_ASKING}(?:(?:tell me|do you know|let me know|find out|know|say|i need to know|i want to know|i wanna know|i'd like to know"
    r"|show me|give me|find) )?"
)
_END = r"(?: please| for me| equal| equal to| be| make)?$"
_CONVERT = tuple(
    re.compile(_KNOW + form + _END)
    for form in (
        rf"how many (?P<to>{_UNIT}) (?:are there in |are in |is in |in |are |is |make up |makes |make |equals? |to |does it take to make )(?:a total of )?{_FROM}",
        rf"(?:the |what is the |what's the )(?:total )?number of (?P<to>{_UNIT}) (?:in|are in|there are in) {_FROM}",
        rf"(?:convert|change|turn) {_FROM} (?:to|into|in) (?:degrees )?(?P<to>{_UNIT})",
        rf"(?:what is|what's|whats|what are|how much is|how much are|what)? ?{_FROM} (?:converted )?(?:in|to|into) (?:degrees )?(?P<to>{_UNIT})(?: is| are)?",
        rf"(?:what|how much) (?:would|does|do|is|are) {_FROM} (?:be |equal |make |come to )?(?:converted )?(?:in|to) (?P<to>{_UNIT})",
        rf"{_FROM} (?:is|are|equals?) (?:equal to )?how many (?P<to>{_UNIT})",
    )
)

_BEFORE = re.compile(
    r"^(?:(?:please|kindly|hey|hi|hello|ok|okay|olly|google|siri|alexa|so|um|well|(?:can|could|will|would) you(?: please)?|"
    r"do you know|(?:let me|i want to|i'd like to|i would like to|i need to|would like to) know|tell me(?: please)?"
    r"(?= (?:who|what|when|where|why|how|which|in)\b)) )+"
)
_QUESTION = re.compile(
    r"^(who|who's|whose|what|what's|whats|when|where|where's|why|how|which|is|are|was|were|do|does|did|has|have|can|in what|in which|"
    r"tell me about|define|explain|describe|spell)\b"
)
_MEANING = re.compile(
    r"^(?:what|what's|whats|how|define|explain|describe|spell|tell me (?:how|about|the)|give me|i need the|find(?: me)? the|look up|"
    r"definition of|meaning of|the definition of)\b|\b(?:definition|meaning|spelling|spelled|mean|means)$"
)
_LIVE = re.compile(
    r"\b(i|my|me|mine|we|our|us|you're|your|this|that|these|it|its|now|today|today's|tonight|tomorrow|currently|current|latest|"
    r"recent|recently|news|weather|temperature|raining|forecast|price|prices|cost|costs|stock|stocks|shares|score|scored|next|upcoming|"
    r"playing|twitter|facebook|youtube|instagram|website|google|search|internet connection|open|closed|near|nearest|nearby|closest|"
    r"worth|traffic|doing|week|yesterday|right|time|day is|date|dating|currency|exchange|dollars?|euros?|won|winning|win|will|going|"
    r"here|there any|games?|video|picture|pictures|photo|weekend|live|living|president|place|someone|thing|something|unk|null|ute|"
    r"directions|map|show|phone|number|email|alarms?|reminders?|lights?|timer|volume|song|songs|music|joke|jokes|old is he|old is she|"
    r"he|she|his|her|him|they|blank|topic|subject|object|given|particular|certain|sunset|sunrise|name|celebrity|person|people|expensive|(?<!do )(?<!would )you)\b"
)


def calculate(text: str) -> Slots | None:
    """The slots of a sentence that gives a sum."""
    found = _CALCULATE.match(text)
    expression = found["sum"] if found else ""
    if not _OPERATION.search(expression) or _TWICE.search(expression):
        return None
    tokens = re.findall(r"\d[\d,.]*(?:st|nd|rd|th)?|[a-z]+|[^\s\w]", expression)
    known = [bool(re.match(r"\d", token)) or token in _WORDS for token in tokens]
    numbers = len(re.findall(r"\d+(?:[.,]\d+)*", expression))
    groups = re.split(r"\b(?:{})\b|[+/%-]".format("|".join(_BETWEEN - set("+-/%"))), expression)
    numbers = max(numbers, sum(bool(set(group.split()) & (_NUMBERS | _FRACTIONS)) for group in groups))
    alone = re.search(r"\b(root|squared?|cubed?|factorial|half|double)\b", expression)
    if not all(known) or numbers < (1 if alone else 2) or re.match(r"(is|and|of|by|to|over|when)\b", expression):
        return None
    return (("expression", expression),)


def convert(text: str) -> Slots | None:
    """The slots of a sentence that asks for an amount in another unit."""
    for form in _CONVERT:
        if found := form.match(text):
            amount, unit, other = found["amount"], found["from"], found["to"]
            return (("amount", amount), ("from", unit), ("to", other)) if unit != other else None
    return None


def question(text: str) -> Slots | None:
    """The slots of a sentence that asks for general knowledge, nothing live or of one's own."""
    said = re.sub(r" (?:please|thanks)$", "", _BEFORE.sub("", text))
    if (
        len(said.split()) < 3
        or not _QUESTION.match(said)
        or _LIVE.search(said)
        or re.match(r"(do|are|can|have) you\b|(what|how) (about|come|expensive)\b", said)
    ):
        return None
    return (("text", said),)


def meaning(text: str) -> Slots | None:
    """The slots of a sentence that asks what a word means or how it is spelled."""
    said = re.sub(r" (?:please|for me|for me please|thanks)$", "", _BEFORE.sub("", text))
    unclear = r"\b(this|that|these|it|shirt|unk|null|ute|blank|new|given|sentence|(?<!do )(?<!should )(?<!would )i|my|your)\b|\bword$|does stand|^find a definition$|^what.s in "
    short = 2 if re.match(r"define|explain|describe|spell", said) or said.endswith("definition") else 3
    if (
        len(said.split()) < short
        or not _MEANING.search(said)
        or re.search(unclear, said)
        or said.endswith((" a", " the", " of"))
    ):
        return None
    return (("text", said),)
