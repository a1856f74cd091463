import numpy as np
import pandas as pd
import pytest

from adcore.statistics.comparisons import against_baselines, against_branches

pytestmark = pytest.mark.usefixtures("few_resamples")

LABELS = np.arange(80) % 2


def table(**strengths: float) -> pd.DataFrame:
    """Probabilities that lean to the label by so much."""
    generator = np.random.default_rng(0)
    noise = generator.normal(0, 1, (len(strengths), 80))
    chances = {
        f"p_{name}": 1 / (1 + np.exp(-(lean * (LABELS - 0.5) + row)))
        for (name, lean), row in zip(strengths.items(), noise, strict=True)
    }
    return pd.DataFrame({"label": LABELS, **chances})


def test_a_better_fusion_is_better_than_its_best_branch() -> None:
    (one,) = against_branches([table(all_fused=6.0, all_vgg16=1.0, all_clinical=2.0)], seed=0)
    assert (one.inputs, one.first, one.second) == ("all", "fused", "clinical")
    assert one.difference.low > 0
    assert one.above == 1
    assert one.log_loss is not None
    assert one.brier is not None
    assert one.log_loss.high < 0  # both are errors
    assert one.brier.high < 0


def test_on_the_scan_alone_structures_are_compared_beside_the_better_branch_and_never_twice() -> None:
    folds = table(
        images_fused=2.0, images_resnet50=2.0, images_structures=1.0, all_fused=1.0, all_clinical=2.0, all_structures=0.1
    )
    assert [(one.inputs, one.second) for one in against_branches([folds], seed=0)] == [
        ("images", "resnet50"),
        ("images", "structures"),
        ("all", "clinical"),
    ]
    best = table(images_fused=2.0, images_resnet50=0.1, images_structures=4.0)
    assert [one.second for one in against_branches([best], seed=0)] == ["structures"]


def test_a_model_is_never_better_than_itself() -> None:
    folds = table(all_fused=1.0)
    folds["p_all_clinical"] = folds["p_all_fused"]
    (one,) = against_branches([folds], seed=0)
    assert (one.difference.value, one.difference.low, one.difference.high, one.above) == (0, 0, 0, 0)


def test_pairing_makes_the_interval_of_like_models_narrower_than_that_of_unlike_ones() -> None:
    folds = table(all_fused=1.0, images_fused=1.0)
    folds["p_all_clinical"] = np.clip(folds["p_all_fused"] + np.random.default_rng(1).normal(0, 0.01, 80), 0, 1)
    folds["p_images_vgg16"] = np.random.default_rng(2).permutation(folds["p_images_fused"])
    width = {one.inputs: one.difference.high - one.difference.low for one in against_branches([folds], seed=0)}
    assert width["all"] < width["images"] / 4


def test_the_fusion_is_held_against_baselines_that_know_as_much() -> None:
    folds = table(all_fused=1.0)
    rival = "age, sex, education, SES, MMSE"
    found = against_baselines([folds], [{rival: 1 - folds["p_all_fused"].to_numpy()}], seed=0)
    assert [one.second for one in found] == [rival]
    assert found[0].difference.value > 0


def test_a_rival_goes_by_the_fields_that_somebody_has() -> None:
    folds = table(images_fused=1.0, all_fused=1.0)
    chances = 1 - folds["p_all_fused"].to_numpy()
    found = against_baselines([folds], [{"age, sex": chances, "age, sex, MMSE": chances}], seed=0)
    assert [(one.inputs, one.second) for one in found] == [("images", "age, sex"), ("all", "age, sex, MMSE")]


def test_a_lucky_repeat_counts_as_one_of_several() -> None:
    folds = table(all_fused=1.0, all_vgg16=1.0)
    lucky = folds.assign(p_all_vgg16=np.where(LABELS, 0.9, 0.1))
    (alone,), (of_three,) = against_branches([lucky], seed=0), against_branches([lucky, folds, folds], seed=0)
    (usual,) = against_branches([folds], seed=0)
    assert (alone.repeats, of_three.repeats) == (1, 3)
    mean = (alone.difference.value + 2 * usual.difference.value) / 3
    assert of_three.difference.value == pytest.approx(mean, abs=2e-4)


def test_the_better_branch_is_the_one_that_is_better_over_all_repeats() -> None:
    folds = table(all_fused=1.0, all_vgg16=1.0, all_clinical=2.0)
    lucky = folds.assign(p_all_vgg16=np.where(LABELS, 0.99, 0.01))
    assert against_branches([lucky], seed=0)[0].second == "vgg16"
    assert against_branches([lucky, *[folds] * 9], seed=0)[0].second == "clinical"
