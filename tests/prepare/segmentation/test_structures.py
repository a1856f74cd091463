from adcore.prepare.segmentation.structures import CLASSES, STRUCTURES, Side, label_of, labels_of, mirrored_labels


def test_every_part_has_a_name_of_its_own() -> None:
    assert len({structure.name for structure in STRUCTURES}) == len(STRUCTURES) == CLASSES - 1
    assert STRUCTURES[label_of("hippocampus", Side.LEFT) - 1].name == "left hippocampus"
    assert STRUCTURES[label_of("brainstem") - 1].name == "brainstem"


def test_mirroring_twice_gives_the_same_part() -> None:
    mirrored = mirrored_labels()
    assert [mirrored[label] for label in mirrored] == list(range(CLASSES))
    assert mirrored[label_of("amygdala", Side.LEFT)] == label_of("amygdala", Side.RIGHT)
    assert mirrored[label_of("CSF")] == label_of("CSF")


def test_labels_of_a_structure_are_both_sides() -> None:
    assert labels_of("insula") == (label_of("insula", Side.LEFT), label_of("insula", Side.RIGHT))
