import numpy as np
import pytest
from nibabel.affines import apply_affine
from numpy.typing import NDArray

from adcore.errors import RegistrationError
from adcore.prepare.registration import register
from adcore.prepare.template import load_template
from adcore.prepare.volume import canonical
from tests.support.builders import Head, as_scan, head, rotation
from tests.support.phantoms import FLAIR, NOT_HEADS, T2, TELLING_NOT_HEADS, recontrasted


def shift(*millimetres: float) -> NDArray[np.float64]:
    matrix = np.eye(4)
    matrix[:3, 3] = millimetres
    return matrix


POSES = {
    "tilted by 20 degrees about two axes": rotation(20, -20, 0),
    "shifted by 30 mm": shift(30, -30, 30),
    "15% smaller": np.diag([0.85, 0.85, 0.85, 1]),
    "15% larger": np.diag([1.15, 1.15, 1.15, 1]),
    "turned by 50 degrees": rotation(50, 0, 0),
    "tilted, shifted and larger": shift(-20, 10, 30) @ rotation(-15, 10, 20) @ np.diag([1.1, 1.1, 1.1, 1]),
    "two metres from the scanner's centre": shift(2000, -900, 500),
}


@pytest.mark.parametrize("pose", POSES.values(), ids=POSES.keys())
def test_a_posed_head_is_found_within_a_millimetre_or_two(pose: NDArray[np.float64]) -> None:
    posed = head(pose=pose)
    found = register(canonical(as_scan(posed.voxels, posed.affine)))
    brain = load_template().levels[8].points_mm.numpy().astype(np.float64)
    error_mm = np.linalg.norm(apply_affine(found.atlas_to_scan, brain) - apply_affine(pose, brain), axis=1)
    assert error_mm.mean() < 1.5  # the simulated brain is 1% off the template's size at 4 mm
    assert found.correlation > 0.8


@pytest.mark.slow
def test_registration_finds_the_same_twice(phantom: Head) -> None:
    volume = canonical(as_scan(phantom.voxels, phantom.affine))
    assert np.array_equal(register(volume).atlas_to_scan, register(volume).atlas_to_scan)


def test_a_strong_bias_field_does_not_lead_astray(phantom: Head) -> None:
    i = np.linspace(-1, 1, phantom.voxels.shape[0])[:, None, None]
    k = np.linspace(-1, 1, phantom.voxels.shape[2])[None, None, :]
    biased = (phantom.voxels * np.exp(0.6 * i + 0.5 * k)).astype(np.float32)
    found = register(canonical(as_scan(biased, phantom.affine)))
    brain = load_template().levels[8].points_mm.numpy().astype(np.float64)
    assert np.linalg.norm(apply_affine(found.atlas_to_scan, brain) - brain, axis=1).mean() < 2.5


@pytest.mark.slow
def test_noise_is_refused_with_a_sentence(phantom: Head) -> None:
    shuffled = np.random.default_rng(0).permutation(phantom.voxels.ravel()).reshape(phantom.voxels.shape)
    with pytest.raises(RegistrationError, match=r"T1-weighted scan of the whole head.*Check that"):
        register(canonical(as_scan(shuffled, phantom.affine)))


@pytest.mark.slow
def test_a_head_that_lies_otherwise_than_its_header_says_is_refused(phantom: Head) -> None:
    with pytest.raises(RegistrationError):
        register(canonical(as_scan(phantom.voxels, rotation(180, 0, 0) @ phantom.affine)))


@pytest.mark.parametrize(
    "name", [name if name in TELLING_NOT_HEADS else pytest.param(name, marks=pytest.mark.slow) for name in NOT_HEADS]
)
def test_what_is_no_head_is_refused(name: str) -> None:
    with pytest.raises(RegistrationError, match="no brain could be found"):
        register(canonical(NOT_HEADS[name]()))


@pytest.mark.slow
@pytest.mark.parametrize(("levels", "named"), [(T2, "looks like a T2"), (FLAIR, "not T2, FLAIR or proton density")])
def test_another_sequence_of_a_head_is_refused(levels: tuple[float, float, float], named: str) -> None:
    made = head((3.0, 3.0, 3.0), marker=0.85)
    brain = head((3.0, 3.0, 3.0), marker=0.85, skull=False, noise=0.0).voxels > 0.05
    with pytest.raises(RegistrationError, match=named):
        register(canonical(recontrasted(as_scan(made.voxels, made.affine), 0.85, brain, levels)))
