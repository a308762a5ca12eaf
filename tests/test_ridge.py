"""A few sentences are enough to tell classes apart, and to know when it is none of them."""

from speaker.ridge import Classifier

KETTLE = ("boil the kettle", "put the kettle on", "heat some water", "i want hot water", "make the water boil")
PLANTS = (
    "water the plants",
    "give the flowers a drink",
    "the plants are dry",
    "water the roses",
    "sprinkle the plants",
)
OTHERS = ("tell me a story", "what is the capital of france", "my sister is late", "play some music", "stop it")
LEARNED = Classifier([(text,) for text in (*KETTLE, *PLANTS, *OTHERS)], [*["kettle"] * 5, *["plants"] * 5, *[None] * 5])


def best(text: str) -> tuple[str, float]:
    scores = LEARNED.scores(text)
    return LEARNED.classes[int(scores.argmax())], LEARNED.confidence(scores)


def test_other_wording_is_told_apart() -> None:
    for text, kind in (("boil some water in the kettle", "kettle"), ("please water all my flowers", "plants")):
        assert best(text)[0] == kind


def test_what_was_learned_is_surer_than_what_resembles_it_and_that_than_what_is_foreign() -> None:
    sure = [best(text)[1] for text in ("water the plants", "water my plants now", "the president of france", "xyzzy")]
    assert sure == sorted(sure, reverse=True)
    assert all(0 <= one <= 1 for one in sure)
    assert sure[0] > 0.5 > sure[2]


def test_the_same_sentences_give_the_same_classifier() -> None:
    again = Classifier(
        [(text,) for text in (*KETTLE, *PLANTS, *OTHERS)], [*["kettle"] * 5, *["plants"] * 5, *[None] * 5]
    )
    assert (again.scores("boil the plants") == LEARNED.scores("boil the plants")).all()


def test_one_class_with_one_sentence_is_enough_to_begin_with() -> None:
    alone = Classifier([("open sesame",)], ["door"])
    assert alone.confidence(alone.scores("open sesame")) > alone.confidence(alone.scores("tell me a joke"))
