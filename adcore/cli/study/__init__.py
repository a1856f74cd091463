"""Commands that make the measurements and materials shipped with the program."""

import typer

from adcore.cli.study.atlas import atlas
from adcore.cli.study.bench import bench
from adcore.cli.study.card import card
from adcore.cli.study.demo import demo
from adcore.cli.study.fusion import fusion
from adcore.cli.study.participants import participants
from adcore.cli.study.planted import planted
from adcore.cli.study.readers import readers
from adcore.cli.study.reference import reference
from adcore.cli.study.reference_maps import reference_maps
from adcore.cli.study.rescans import rescans
from adcore.cli.study.saliency import saliency
from adcore.cli.study.scales import scales
from adcore.cli.study.scanners import scanners
from adcore.cli.study.seal import seal
from adcore.cli.study.structures_branch import structures_branch
from adcore.cli.study.t88 import t88
from adcore.cli.study.train_fusion import train_fusion
from adcore.cli.study.unsuitable import unsuitable
from adcore.cli.study.visits import visits

study = typer.Typer(
    help="Make the measurements and materials that are shipped with the program. Using it needs none of these.",
    no_args_is_help=True,
)

study.command()(bench)
study.command()(t88)
study.command()(atlas)
study.command()(fusion)
study.command()(reference)
study.add_typer(readers, name="readers")
study.command()(card)
study.command("reference-maps")(reference_maps)
study.command("structures-branch")(structures_branch)
study.command("train-fusion")(train_fusion)
study.command()(participants)
study.command()(planted)
study.command()(saliency)
study.command()(visits)
study.command()(rescans)
study.command()(scales)
study.command()(scanners)
study.command()(unsuitable)
study.command()(demo)
study.command()(seal)
