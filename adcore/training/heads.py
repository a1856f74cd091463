"""Training on features of a frozen backbone: a branch's attention from unlabelled participants, its head from labels."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from torch import Tensor, nn
from torch.nn import functional as F

from adcore.answer.prediction import Branch
from adcore.networks.backbones import FEATURES
from adcore.networks.image_branch import SlicePooling
from adcore.training.loop import take_steps

STRENGTHS = tuple(float(10**power) for power in (-3, -2.5, -2, -1.5, -1, -0.5, 0))
"""Inverse strengths of the head's ridge penalty, among which inner folds of the training participants choose."""


@dataclass(frozen=True)
class HeadConfig:
    """Settings of attention and heads.

    Attributes:
        attention_steps, attention_rate, attention_decay: full-batch AdamW.
        inner_folds: folds of the training participants that choose the head's penalty; fewer where a class is smaller.
    """

    attention_steps: int = 300
    attention_rate: float = 3e-3
    attention_decay: float = 1e-1
    inner_folds: int = 5


def pool_slices(branch: Branch, readout: nn.Linear, means: Tensor, facts: Tensor, config: HeadConfig, seed: int) -> SlicePooling:
    """Train a pooling whose attention favours the slices that predict age and brain volumes best; its head is still empty.

    Args:
        readout: of pretraining; stays as it is.
        means: (S, N, C) of participants without a label.
        facts: (S, K), standardised; NaN is unknown.
    """
    torch.manual_seed(seed)
    pooling = SlicePooling(FEATURES[branch])
    pooling.project.load_state_dict(readout.state_dict())
    pooling.requires_grad_(False)
    pooling.attention.requires_grad_(True)
    nn.init.zeros_(pooling.attention.score.weight)  # all slices have equal weight at first
    nn.init.zeros_(pooling.head.weight)
    nn.init.zeros_(pooling.head.bias)
    readout_of_facts = nn.Linear(pooling.head.in_features, facts.shape[1])
    learned = [*pooling.attention.parameters(), *readout_of_facts.parameters()]
    optimiser = torch.optim.AdamW(learned, lr=config.attention_rate, weight_decay=config.attention_decay)
    known = ~facts.isnan()

    def loss_of(_step: int) -> Tensor:
        return F.smooth_l1_loss(readout_of_facts(pooling(means).vector)[known], facts[known])

    take_steps(config.attention_steps, loss_of, optimiser)
    return pooling.eval().requires_grad_(False)


def fit_head(vectors: NDArray[np.float32], labels: NDArray[np.bool_], config: HeadConfig, seed: int) -> tuple[Tensor, Tensor]:
    """Fit a ridge logistic regression on branch vectors, its penalty chosen by the log loss of inner folds.

    Args:
        vectors: (S, VECTOR) of the training participants.
        labels: (S,), impaired or not; two or more of each.
    Returns:
        weight (2, VECTOR) and bias (2,) of a head whose two logits differ by the log-odds.
    """
    exact = vectors.astype(np.float64)  # in single precision Newton's line search can stop short on a handful of participants
    centre, spread = exact.mean(axis=0), exact.std(axis=0) + 1e-6
    least = int(min(labels.sum(), (~labels).sum()))
    folds = StratifiedKFold(min(config.inner_folds, least), shuffle=True, random_state=seed)
    model = LogisticRegression(solver="newton-cholesky")  # few numbers: exact, where lbfgs may give up short of the optimum
    search = GridSearchCV(model, {"C": STRENGTHS}, scoring="neg_log_loss", cv=folds)
    search.fit((exact - centre) / spread, labels)
    slopes = search.best_estimator_.coef_[0] / spread
    intercept = float(search.best_estimator_.intercept_[0]) - float(slopes @ centre)
    half = torch.from_numpy(slopes / 2).float()
    return torch.stack([-half, half]), torch.tensor([-intercept / 2, intercept / 2])
