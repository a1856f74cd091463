import torch

from adcore.training.augment import Augmentation, augment

NONE = Augmentation(flip=0, rotate_degrees=0, scale=0, shift=0, gamma=0, bias=0, noise=0, blur=0)


def planes(count: int = 3) -> tuple[torch.Tensor, torch.Tensor]:
    mask = torch.zeros(count, 1, 24, 24, dtype=torch.bool)
    mask[:, :, 4:20, 6:18] = True
    return torch.rand(count, 1, 24, 24, generator=torch.Generator().manual_seed(0)) * mask, mask


def test_no_change_asked_is_no_change() -> None:
    images, mask = planes()
    assert torch.allclose(augment(images, mask, NONE, torch.Generator().manual_seed(1)), images, atol=2e-4)


def test_flipping_mirrors_left_and_right() -> None:
    images, mask = planes()
    changed = augment(images, mask, Augmentation(**(vars(NONE) | {"flip": 1.0})), torch.Generator().manual_seed(1))
    assert torch.allclose(changed, images.flip(-1), atol=2e-4)


def test_nothing_leaves_the_fixed_outline() -> None:
    images, mask = planes(16)
    changed = augment(images, mask, Augmentation(), torch.Generator().manual_seed(1))
    assert (changed[~mask] == 0).all()
    assert changed.min() >= 0
    assert changed.max() <= 1.5


def test_the_same_seed_draws_the_same_changes() -> None:
    images, mask = planes()
    first, second, other = (augment(images, mask, Augmentation(), torch.Generator().manual_seed(seed), 12) for seed in (1, 1, 2))
    assert first.shape == (3, 1, 12, 12)
    assert torch.equal(first, second)
    assert not torch.equal(first, other)
