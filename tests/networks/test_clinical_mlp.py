import pytest
import torch

from adcore.case.clinical import FIELDS, ClinicalRecord
from adcore.networks.clinical_mlp import MMSE, ClinicalMLP, education_level, encode


def test_cdr_has_no_place_in_the_code() -> None:
    assert "cdr" not in {spec.name for spec in FIELDS}
    assert encode([ClinicalRecord()])[0].shape == (1, len(FIELDS))


def test_unknown_is_zero_and_masked() -> None:
    values, known = encode([ClinicalRecord(), ClinicalRecord.of(mmse=20)])
    assert known[0].sum() == 0
    assert known[1].tolist() == [float(column == MMSE) for column in range(len(FIELDS))]
    assert values[1, MMSE] == pytest.approx(-2.0)


def test_a_hidden_value_cannot_change_the_answer() -> None:
    network = ClinicalMLP().eval()
    known = torch.zeros(2, len(FIELDS))
    values = torch.zeros(2, len(FIELDS))
    values[1] = 3.0
    _, logits = network(values, known)
    assert torch.equal(logits[0], logits[1])


@pytest.mark.parametrize(("years", "level"), [(8, 1), (11.9, 1), (12, 2), (13, 3), (15.5, 3), (16, 4), (17, 5), (25, 5)])
def test_education_levels_follow_oasis(years: float, level: int) -> None:
    assert education_level(years) == level


def test_an_apoe_count_changes_nothing_of_the_code() -> None:
    with_it, without = (encode([ClinicalRecord.of(age_years=74, mmse=26, **held)]) for held in ({"apoe_e4": 2}, {}))
    assert all(torch.equal(one, other) for one, other in zip(with_it, without, strict=True))
    assert encode([ClinicalRecord.of(apoe_e4=2)])[1].sum() == 0
