from dataclasses import replace

import pytest

from adcore.answer.abstention import AbstentionCode
from adcore.answer.brief import in_brief
from adcore.answer.prediction import Branch
from adcore.case.reason import Reason
from adcore.predict import Category, Estimate
from tests.answer.test_wording import prediction


@pytest.mark.parametrize(
    ("branches", "said"),
    [
        ((0.8, 0.9, 0.07), "The scan speaks for impairment (ResNet50 90%), the fields against (7%)."),
        ((0.2, 0.06, 0.66), "The scan speaks against impairment (ResNet50 6%), the fields for (66%)."),
        ((0.2, 0.9, 0.66), "For impairment: ResNet50 90%, the fields 66%; against: VGG16 20%."),
        ((0.2, 0.6, 0.66), "For impairment: ResNet50 60%, the fields 66%; against: VGG16 20%."),
        ((0.6, 0.6, 0.66), "Such answers occurred in training both with and without impairment."),
    ],
)
def test_an_inconclusive_answer_names_the_two_that_stand_against_each_other(branches: tuple[float, ...], said: str) -> None:
    unclear = replace(prediction(*branches), reasons=(Reason(AbstentionCode.BOTH_LABELS_POSSIBLE, "A sentence."),))
    assert in_brief(unclear) == said


def test_a_reason_that_hangs_on_no_branch_is_given_whatever_they_say() -> None:
    unknown = replace(prediction(0.8, 0.9, 0.07), reasons=(Reason(AbstentionCode.AGE_UNKNOWN, "A sentence."),))
    assert in_brief(unknown) == "The age is unknown."


def test_a_category_rests_on_all_branches_or_says_which_one_does_not_agree() -> None:
    assert in_brief(prediction(0.8, 0.9, 0.7, Category.IMPAIRED)) == (
        "All branches point the same way: VGG16 80%, ResNet50 90%, the fields 70%."
    )
    split = prediction(0.82, 0.25, 0.94, Category.IMPAIRED)
    structures = {Branch.STRUCTURES: Estimate(0.77, 0.7, 0.8)}
    assert in_brief(replace(split, branches=split.branches | structures)) == (
        "For impairment: VGG16 82%, the fields 94%, structures 77%; against: ResNet50 25%."
    )
    few = prediction(0.2, 0.3, 0.4, Category.UNIMPAIRED)
    assert in_brief(replace(few, branches=few.branches | structures)) == (
        "Against impairment: VGG16 20%, ResNet50 30%, the fields 40%; for: structures 77%."
    )
