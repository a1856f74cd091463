import numpy as np
import pytest
import torch
from torch import nn

from adcore.answer.prediction import Branch
from adcore.networks.backbones import FEATURES
from adcore.networks.image_branch import VECTOR
from adcore.training.heads import HeadConfig, fit_head, pool_slices

CONFIG = HeadConfig(attention_steps=200, inner_folds=3)


def test_the_head_finds_the_number_that_separates_the_classes() -> None:
    generator = np.random.default_rng(0)
    labels = np.arange(60) % 2 == 1
    vectors = generator.normal(5, 1, (60, VECTOR)).astype(np.float32)
    vectors[:, 3] += 3 * labels
    weight, bias = fit_head(vectors, labels, CONFIG, seed=0)
    logits = torch.from_numpy(vectors) @ weight.T + bias
    margin = (logits[:, 1] - logits[:, 0]).numpy()
    assert (margin[labels] > 0).mean() > 0.8
    assert (margin[~labels] < 0).mean() > 0.8
    assert int((weight[1] - weight[0]).abs().argmax()) == 3


def test_noise_gives_a_flat_answer() -> None:
    generator = np.random.default_rng(0)
    vectors = generator.normal(0, 1, (40, VECTOR)).astype(np.float32)
    weight, _ = fit_head(vectors, np.arange(40) % 2 == 1, CONFIG, seed=0)
    assert float((weight[1] - weight[0]).norm()) < 0.2


def test_attention_turns_to_the_slice_that_predicts_best() -> None:
    generator = torch.Generator().manual_seed(0)
    readout = nn.Linear(FEATURES[Branch.VGG16], VECTOR)
    nn.init.zeros_(readout.weight)
    nn.init.zeros_(readout.bias)
    readout.weight.data[:2, :2] = torch.eye(2)
    facts = torch.randn(80, 1, generator=generator)
    means = torch.zeros(80, 3, FEATURES[Branch.VGG16])
    means[:, :, 0] = torch.randn(80, 3, generator=generator)
    means[:, 1, 0] = facts.squeeze(1)
    means[:, 1, 1] = 2.0  # by which the slice can be recognised
    pooling = pool_slices(Branch.VGG16, readout, means, facts, CONFIG, seed=0)
    assert torch.equal(pooling.project.weight, readout.weight)
    assert float(pooling(means).attention.mean(dim=0)[1]) > 0.5


@pytest.mark.slow
def test_a_handful_of_participants_can_always_be_fitted() -> None:
    labels = np.arange(6) % 2 == 1
    for seed in range(24):  # in single precision some of these stop the solver, which ones depends on the processor
        generator = np.random.default_rng(seed)
        vectors = generator.normal(0, 1, (6, 1)) * generator.normal(0, 1, (1, VECTOR)) + 0.3
        weight, bias = fit_head(vectors.astype(np.float32), labels, CONFIG, seed=0)
        assert np.isfinite(weight.numpy()).all()
        assert np.isfinite(bias.numpy()).all()


def test_a_class_smaller_than_the_inner_folds_can_be_fitted() -> None:
    labels = np.arange(12) < 2
    vectors = np.random.default_rng(0).normal(0, 1, (12, VECTOR)).astype(np.float32)
    weight, _ = fit_head(vectors, labels, HeadConfig(inner_folds=5), seed=0)
    assert np.isfinite(weight.numpy()).all()
