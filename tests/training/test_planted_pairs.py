"""Heads with planted atrophy, read once, and a fusion that they bind."""

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from adcore.case.clinical import FIELDS
from adcore.errors import CohortError, PreparationError
from adcore.networks.late_fusion import log_odds_of
from adcore.training import planted_pairs
from adcore.training.cross_validate import Features, FoldConfig, fit_labels
from adcore.training.features import mirror_images, read_features
from adcore.training.fuse import FALL, FuseConfig
from adcore.training.heads import HeadConfig
from adcore.training.planted_pairs import DEGREES, KINDS, PlantedPairs, read_planted
from tests.support.untrained import TINY_SLICES, synthetic_cohort, untrained_network

SHAPE = (len(TINY_SLICES.t88_slices), TINY_SLICES.size, TINY_SLICES.size)
HEADS = (Path("sound.nii.gz"), Path("unfit.nii.gz"), Path("stubborn.nii.gz"))


@dataclass(frozen=True, eq=False)
class Head:
    """A prepared head as far as training looks at it."""

    name: str
    slices: NDArray[np.float32]
    planted: bool = False

    @property
    def fit(self) -> bool:
        return self.name != "unfit.nii.gz"

    @property
    def config(self) -> SimpleNamespace:
        return SimpleNamespace(slices=TINY_SLICES)


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Made-up heads; the names of those that were prepared. One refuses its first planted scan."""
    names: list[str] = []

    def prepare(head: Head) -> Head:
        names.append(head.name)
        if head.planted and head.name == "stubborn.nii.gz" and names.count(head.name) == 2:
            raise PreparationError("No brain.")
        return head

    def plant(head: Head, _kind: str, degree: float) -> SimpleNamespace:
        return SimpleNamespace(scan=Head(head.name, (head.slices * (1 - 0.3 * degree)).astype(np.float32), planted=True))

    def read(path: Path) -> Head:
        random = np.random.default_rng(len(path.name))
        return Head(path.name, random.uniform(0.1, 1.2, SHAPE).astype(np.float32))

    for name, made_up in (("prepare_scan", prepare), ("plant", plant), ("read_scan", read)):
        monkeypatch.setattr(planted_pairs, name, made_up)
    return names


def test_every_kind_and_degree_is_a_pair_and_what_fails_is_left_out(prepared: list[str], tmp_path: Path) -> None:
    network = untrained_network()
    pairs = read_planted(network, HEADS, tmp_path / "pairs.pt", "s")
    wanted = len(KINDS) * len(DEGREES)
    assert len(pairs.changes(network)) == 2 * wanted - 1
    assert pairs.changes(network).abs().sum(dim=1).min() > 0
    prepared.clear()
    again = read_planted(network, HEADS, tmp_path / "pairs.pt", "s")
    assert prepared == []
    assert torch.equal(again.changes(network), pairs.changes(network))
    read_planted(network, HEADS[:1], tmp_path / "pairs.pt", "other convolutions")
    assert prepared.count("sound.nii.gz") == 1 + wanted


def test_heads_that_are_all_unfit_are_refused(prepared: list[str], tmp_path: Path) -> None:
    with pytest.raises(CohortError, match="is unfit"):
        read_planted(untrained_network(), HEADS[1:2], tmp_path / "pairs.pt", "s")


@pytest.mark.slow
def test_an_answer_hardly_falls_for_what_was_planted(tmp_path: Path) -> None:
    """Darker slices go with impairment among the participants, so brighter ones would reassure."""
    network, labelled = untrained_network(), synthetic_cohort(labelled=16, others=0)
    labelled.slices[labelled.impaired] *= 0.5
    plain, mirrored = (
        read_features(network, one, tmp_path / f"{name}.pt", "s")
        for name, one in (("plain", labelled), ("mirrored", mirror_images(labelled)))
    )
    well, ill = (torch.from_numpy(np.flatnonzero(labelled.impaired == impaired)) for impaired in (False, True))
    pairs = PlantedPairs(before=plain.rows(ill), after=plain.rows(well))
    config = FoldConfig(folds=2, head=HeadConfig(inner_folds=2), fuse=FuseConfig(epochs=30, batch=8))
    unknown = torch.zeros(len(well), len(FIELDS))
    falls = []
    for planted in (None, pairs):
        features = Features.of(network, plain, mirrored, labelled, planted)
        fit_labels(network, features, np.arange(len(labelled)), config, seed=0)
        with torch.inference_mode():
            before, after = (
                log_odds_of(network.classify(scans, unknown, unknown).fused) for scans in (pairs.before, pairs.after)
            )
        falls.append(float((before - after).mean()))
    free, bound = falls
    assert free > 4 * FALL
    assert bound < free / 3
