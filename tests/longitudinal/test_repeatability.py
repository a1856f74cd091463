from adcore.longitudinal.repeatability import load_repeatability
from adcore.model.card import ModelCard
from adcore.model.shipped import SHIPPED_MODELS
from adcore.predict import Predictor
from tests.support.untrained import untrained_network


def test_the_shipped_repeatability_can_be_read_and_names_the_shipped_model() -> None:
    card = ModelCard.read(SHIPPED_MODELS / "oasis1")
    repeat = load_repeatability()
    weights = Predictor(card, untrained_network()).weights_sha256
    assert repeat.model == f"{card.name} {card.version}, {weights}"
    assert repeat.similarity_other < repeat.similarity_limit < repeat.similarity_same
