import torch

from adcore.training.augment import Augmentation, change_contrast, draw_grid, move, move_labels

NOTHING = dict.fromkeys(vars(Augmentation()), 0.0)
NONE = Augmentation(**NOTHING)
FLIP = Augmentation(**(NOTHING | {"flip": 1.0}))


def slices(count: int = 3) -> torch.Tensor:
    return torch.rand(count, 1, 24, 24, generator=torch.Generator().manual_seed(0)) + 0.01


def seeded(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_strengths_of_zero_change_nothing() -> None:
    images = slices()
    assert torch.allclose(move(images, draw_grid(3, 24, NONE, seeded())), images, atol=1e-4)
    assert torch.allclose(change_contrast(images, NONE, seeded()), images, atol=1e-5)


def test_flipping_mirrors_left_and_right_of_slices_and_labels_alike() -> None:
    images = slices()
    labels = (images.squeeze(1) > 0.5).to(torch.uint8)
    grid = draw_grid(3, 24, FLIP, seeded())
    assert torch.allclose(move(images, grid), images.flip(-1), atol=1e-4)
    assert torch.equal(move_labels(labels, grid), labels.flip(-1).long())


def test_labels_follow_the_slices_they_belong_to() -> None:
    images = torch.zeros(8, 1, 24, 24)
    images[:, :, 8:18, 6:14] = 1.0
    grid = draw_grid(8, 24, Augmentation(), seeded())
    moved, labels = move(images, grid), move_labels(images.squeeze(1).to(torch.uint8), grid)
    assert ((moved.squeeze(1) > 0.5) == (labels == 1)).float().mean() > 0.98


def test_warping_makes_structures_larger_and_smaller() -> None:
    images = torch.zeros(32, 1, 24, 24)
    images[:, :, 8:16, 8:16] = 1.0
    areas = move(images, draw_grid(32, 24, Augmentation(**(NOTHING | {"warp": 0.05})), seeded())).sum((1, 2, 3))
    assert areas.min() < 62 < 66 < areas.max()


def test_the_same_seed_draws_the_same_changes() -> None:
    first, second, other = (change_contrast(slices(), Augmentation(), seeded(seed)) for seed in (1, 1, 2))
    assert torch.equal(first, second)
    assert not torch.equal(first, other)
