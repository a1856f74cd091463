import pytest
import torch

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.networks.attention import GatedAttention
from adcore.networks.backbones import FEATURES, Backbone
from adcore.networks.image_branch import SlicePooling


@pytest.mark.parametrize("branch", IMAGE_BRANCHES)
def test_both_networks_keep_seven_by_seven_maps(branch: Branch) -> None:
    with torch.inference_mode():
        maps = Backbone(branch).eval()(torch.rand(1, 3, 112, 112))
    assert maps.shape == (1, FEATURES[branch], 7, 7)


def test_attention_sums_to_one_and_ignores_the_order_of_slices() -> None:
    torch.manual_seed(0)
    attention = GatedAttention(8)
    slices = torch.randn(2, 5, 8)
    order = torch.tensor([3, 1, 4, 0, 2])
    vector, weights = attention(slices)
    shuffled, shuffled_weights = attention(slices[:, order])
    assert torch.allclose(weights.sum(1), torch.ones(2))
    assert torch.allclose(vector, shuffled, atol=1e-6)
    assert torch.allclose(weights[:, order], shuffled_weights, atol=1e-6)


def test_pooling_gives_two_logits_and_a_weight_a_slice() -> None:
    output = SlicePooling(16).eval()(torch.randn(3, 4, 16))
    assert output.logits.shape == (3, 2)
    assert output.attention.shape == (3, 4)
