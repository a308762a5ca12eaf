"""What is said between the numbers of arithmetic, as one sign each."""

import re

_ORDINALS = {word: n for n, word in enumerate("second third fourth fifth sixth seventh eighth ninth tenth".split(), 2)}
_NTH = "|".join(_ORDINALS)
_SMALL = "two three four five six seven eight nine ten eleven twelve".split()
_MANY = {("sixes" if word == "six" else f"{word}s"): word for word in _SMALL}

# Each pattern, and what takes its place; in this order, each over the outcome of those before.
_SAID: tuple[tuple[str, str], ...] = (
    # figures and signs that are written together
    (r"%|\bper ?cent\b", " % "),
    (r"(?<=[\d)%]) *([-+*/^×÷]|x(?![a-z])) *(?=[\d(-])", r" \1 "),
    (r"(?<![\w)])-(?=[\d.])", " negative "),
    (r"(?<=[a-z])-(?=[a-z])", " "),
    (r"([()!])", r" \1 "),
    (r"\bopen(?:ing)? (?:bracket|parenthesis|parentheses)\b", "("),
    (r"\bclos(?:e|ing) (?:bracket|parenthesis|parentheses)\b", ")"),
    (r"\b(?:raised )?to the power(?: of)?\b|\braised to(?: the)?\b", "^"),
    (r"^( (?!add ).*?)\bto the (?=\S)", r"\1^ "),
    # what changes nothing
    (r"\b(?:please|the|dollars?|pounds?|euros?|bucks?|people|kids|friends|of us|grams|together|degrees)\b", " "),
    (r"\b(?:bill|meal|check|each)\b", " "),
    (r" +", " "),
    (r"^ (?:(?:what is|what's|whats|how (?:much|many) is|calculate|compute|work out|solve|evaluate) )+", " "),
    (r"^ (?:how many times|how often) (?:does|do|will|can) ", " "),
    (r" (?:equals?|makes?|is|is what|is how much) $", " "),
    # shares
    (r"\b(?:what|how many) (?:%|percentage)", "what%"),
    (r"\bis what%", "as%"),
    (r"\bis what fraction\b|\bas an? fraction\b", "as_fraction"),
    (r"\bas an? (?:%|percentage)|\bin %", "as%"),
    (r"\bout of\b", "out_of"),
    (r"% (?:off of|discount on)\b", "% off"),
    (r"% tip on\b", "% of"),
    (r"\bincreased by\b", "+"),
    (r"\b(?:decreased|reduced) by\b", "-"),
    (r"\bincrease (.+?) by\b", r"\1 +"),
    (r"\b(?:decrease|reduce) (.+?) by\b", r"\1 -"),
    # roots and powers
    (r"\b(?:cube|cubic|third) root(?: of)?\b", "cbrt"),
    (rf"\b({_NTH}) root(?: of)?\b", r"root \1"),
    (r"\b(?:square )?root(?: of)?\b(?! (?:" + _NTH + r")\b)", "sqrt"),
    (r"\braise\b", ""),
    (rf"\^ ({_NTH})(?: power)?\b", r"^ \1"),
    (r"(?<=\w) power (?=\w)", " ^ "),
    (r"\bsquare of\b", "square"),
    (r"\bcube of\b", "cube"),
    (r"\b(double|triple) of\b", r"\1"),
    (r"\bfactorial of\b", "factorial_of"),
    (r"\bfactorial\b", "!"),
    (r"\btwice\b", "double"),
    (r"\b(?:natural log(?:arithm)?)(?: of)?\b", "ln"),
    (r"\b(?:log|logarithm)(?: of)?\b", "log"),
    (r"\b(sin|cos|tan)(?:e|ine|gent)?(?: of)?\b", r"\1"),
    # verbs, lists and operands that swap
    (r"\b(?:add|sum|total) up\b|^ (?:sum|total)(?! of| up)\b", "add"),
    (r"\b(?:sum|total) of\b", "sum"),
    (r"\b(product|quotient) of\b", r"\1"),
    (r"\bdifference (?:of|between)\b", "difference"),
    (r"\b(?:average|mean) of\b", "mean"),
    (r"\bremainder (?:of|when)(?: you divide)?\b", "remainder"),
    (r"\bis (?=divided)", ""),
    (r"\b(?:subtracted|deducted|taken|away) (?:away )?from\b", "from"),
    (r"\bless than\b", "less_than"),
    (r"\bmore than\b", "more_than"),
    (r"\b(?:go(?:es)?|fits?|divides?) (?:into|in)\b(?= \S+(?: \S+)* $)", "into"),
    (r"\b(?:and then|then|all)\b", "all"),
    (r"\ball all\b", "all"),
    # operators
    (r"\b(?:split|share) (.+?) (between|among|by)\b", r"\1 /"),
    (r"\b(?:divide|divided|split|shared)(?: between| among)\b", "/"),
    (r"\bdivide (\S.*?) (?:between|among)\b", r"\1 /"),
    (rf"(?:\bsplit )?\b({'|'.join(_SMALL)}|\d+) ways\b", r"/ \1"),
    (r"\bsplit\b(?= .* / )", ""),
    (r"\b(?:multiplied|times|timesed) (?:by|with)\b|\btimes\b|×|\bx\b", "*"),
    (r"\b(?:divided|split|shared) by\b|\b(?:over|among)\b|÷", "/"),
    (r"\badded to\b|\bplus\b", "+"),
    (r"\b(?:minus|take away|less)\b", "-"),
    (r"\b(?:mod|modulo|modulus)\b", "mod"),
)
_PATTERNS = tuple((re.compile(pattern), instead) for pattern, instead in _SAID)
_MULTIPLES = re.compile(rf"\b({'|'.join(_MANY)})\b(?= *$)")
_POWERS = re.compile(rf"(\^|\broot) ({_NTH})\b")


def signs_of(words: str) -> list[str]:
    """The words of numbers as they were said, and between them signs: "six times seven" is ``six * seven``.

    Words that are none of both come back as they are.
    """
    said = f" {words} "
    for pattern, instead in _PATTERNS:
        said = f" {pattern.sub(instead, said).strip()} "
    said = _POWERS.sub(lambda found: f"{found[1]} {_ORDINALS[found[2]]}", said)
    said = _MULTIPLES.sub(lambda found: f"* {_MANY[found[1]]}", said)
    return said.split()
