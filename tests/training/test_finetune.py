from dataclasses import replace

import numpy as np
import torch
from torch import nn

from adcore.branches import Branch
from adcore.networks.backbones import FEATURES
from adcore.training.finetune import FinetuneConfig, Targets, TunedBranch, finetune
from adcore.training.stem_cache import StemCache, plane_means

CONFIG = FinetuneConfig(head_epochs=30, block_epochs=2, planes=2, batch=8)


def tune(config: FinetuneConfig) -> tuple[nn.Module, TunedBranch]:
    """Fine-tune on 24 people whose label shows in their maps."""
    torch.manual_seed(0)
    labels = torch.arange(24) % 2
    block = nn.Conv2d(4, FEATURES[Branch.VGG16], 1)
    plain = torch.randn(24, 3, 4, 2, 2) + labels.view(-1, 1, 1, 1, 1)
    changed = plain.unsqueeze(0) + 0.1 * torch.randn(2, *plain.shape)
    means = torch.stack([plane_means(block, maps) for maps in (plain, *changed)])
    cache = StemCache(plain.half(), changed.half(), means)
    rows = np.arange(24)
    return block, finetune(Branch.VGG16, block, cache, Targets(labels, torch.randn(24, 2)), rows[:16], rows[16:], config, seed=1)


def test_a_label_that_shows_is_learned() -> None:
    _, tuned = tune(CONFIG)
    assert tuned.best_loss <= tuned.head_loss < 0.5  # chance is 0.69


def test_the_second_phase_moves_a_copy_of_the_last_block() -> None:
    block, tuned = tune(replace(CONFIG, head_epochs=0, block_epochs=1))
    before = block.weight.detach().clone()
    assert not torch.equal(dict(tuned.last_block.named_parameters())["weight"], before)
    fresh, _ = tune(replace(CONFIG, head_epochs=0, block_epochs=0))
    assert torch.equal(fresh.weight, before)
