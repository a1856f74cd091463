import io

import numpy as np
from PIL import Image

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.evaluation.cases.case_picture import draw_case, has_saliency
from adcore.explain.explanation import SaliencyMethod
from adcore.explain.slices_only import SliceExplanation


def explanation(value: float, method: SaliencyMethod = SaliencyMethod.GRADCAM) -> SliceExplanation:
    """Three grey slices, and maps with one cell at the patient's left (the first columns)."""
    maps = np.zeros((3, 7, 7), np.float32)
    maps[:, 3, 1] = value
    return SliceExplanation(
        slices=np.full((3, 40, 40), 0.5, np.float32),
        y_mm=(-30.0, -26.0, -22.0),
        maps=dict.fromkeys(IMAGE_BRANCHES, maps),
        display_maximum=dict.fromkeys(IMAGE_BRANCHES, 1.0),
        regions=dict.fromkeys(IMAGE_BRANCHES, ()),
        method=method,
    )


def pixels(picture: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")).astype(int)


def coloured(image: np.ndarray) -> np.ndarray:
    return image.max(axis=2) - image.min(axis=2) > 40


def test_the_patients_left_is_drawn_on_the_right_of_its_slice() -> None:
    bare, mapped = (pixels(draw_case(explanation(0.8), "P", branch)) for branch in (None, Branch.VGG16))
    first = mapped.shape[1] // 5  # one slice of five across
    columns = np.argwhere(coloured(mapped)[:, :first] & ~coloured(bare)[:, :first])[:, 1]
    assert len(columns) > 50
    assert columns.mean() > 0.6 * first


def test_without_an_overlay_nothing_is_coloured() -> None:
    assert not coloured(pixels(draw_case(explanation(0.8), "P"))).any()


def test_switching_the_overlay_moves_nothing() -> None:
    bare, weak = (pixels(draw_case(explanation(0.05), "P", branch)) for branch in (None, Branch.RESNET50))
    assert bare.shape == weak.shape
    half = bare.shape[1] // 2
    assert (bare == weak)[40:, :half].all()  # under the title, left of the colour bar


def test_a_weak_map_stays_undrawn_instead_of_being_rescaled() -> None:
    assert has_saliency(explanation(0.8), Branch.VGG16)
    assert not has_saliency(explanation(0.05), Branch.VGG16)
    weak, bare = (pixels(draw_case(explanation(value), "P", branch)) for value, branch in ((0.05, Branch.VGG16), (0.05, None)))
    third = bare.shape[1] // 3
    assert (coloured(weak)[:, :third] == coloured(bare)[:, :third]).all()


def test_what_speaks_against_impairment_is_drawn_in_another_colour_on_a_signed_scale_only() -> None:
    half = slice(0, 200)
    against, in_favour = (
        pixels(draw_case(explanation(value, SaliencyMethod.RELATIVE), "P", Branch.VGG16))[:, half] for value in (-0.8, 0.8)
    )
    drawn = coloured(against) & coloured(in_favour)
    assert drawn.any()
    assert (against[drawn][:, 2] > against[drawn][:, 0]).all()  # blue
    assert (in_favour[drawn][:, 0] > in_favour[drawn][:, 2]).all()  # red
    assert not has_saliency(explanation(-0.8), Branch.VGG16)
    assert has_saliency(explanation(-0.8, SaliencyMethod.RELATIVE), Branch.VGG16)
