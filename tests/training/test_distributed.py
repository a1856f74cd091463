from pathlib import Path

from torch.distributed.run import parse_args

from adcore.training import distributed

HOW_TO = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "train.md"


def test_torchrun_hands_our_own_options_on() -> None:
    [documented] = [line for line in HOW_TO.read_text().splitlines() if line.startswith("$ torchrun ")]
    taken = parse_args([*documented.removeprefix("$ torchrun ").split(), "--start", "oasis1"])
    assert Path(taken.training_script).name == "adcore"
    assert taken.training_script_args[0] == "train"
    assert taken.training_script_args[-2:] == ["--start", "oasis1"]
    assert taken.nproc_per_node == "2"


def test_alone_every_step_draws_with_a_seed_of_its_own() -> None:
    assert distributed.is_chief()
    assert [distributed.draw_seed(3, step) for step in range(3)] == [3, 4, 5]
