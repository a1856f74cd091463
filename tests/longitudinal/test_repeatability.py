from adcore.longitudinal.repeatability import load_repeatability
from adcore.model.card import ModelCard
from adcore.model.shipped import SHIPPED_MODELS


def test_the_shipped_repeatability_can_be_read_and_names_the_shipped_model() -> None:
    card = ModelCard.read(SHIPPED_MODELS / "oasis1")
    repeat = load_repeatability()
    name, hashes = repeat.model.split(", ")
    assert name == f"{card.name} {card.version}"
    assert sorted(hashes.split("+")) == sorted(sha256[:12] for sha256 in card.weights.values())
    assert repeat.similarity_other < repeat.similarity_limit < repeat.similarity_same
