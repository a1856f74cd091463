"""adcore study t88: derive again where the OASIS atlases lie in MNI152."""

from pathlib import Path
from typing import Annotated, Any

import typer

from adcore.words import percent


def t88(
    data: Annotated[Path, typer.Option(help="Folder with OASIS-1's table and coronal slices; three_plane/ with --oasis2.")],
    oasis2: Annotated[Path | None, typer.Option(help="Folder with OASIS-2's slices, to locate them in the atlas too.")] = None,
) -> None:
    """Derive again where OASIS-1's atlas lies in MNI152, and print the result beside the shipped constants."""
    from adcore.cohorts.t88 import SHIPPED, SHIPPED_TILT, derive_t88_map, derive_t88_tilt

    atlas, correlation = derive_t88_map(data)
    _print_beside(atlas, SHIPPED)
    typer.echo(f"mean correlation of young subjects' slices with the template: {correlation:.3f}")
    tilt, upright, tilted = derive_t88_tilt(data)
    _print_beside(tilt, SHIPPED_TILT)
    typer.echo(f"correlation inside the outline, read upright: {upright:.3f}, tilted: {tilted:.3f}")
    if oasis2 is not None:
        from adcore.cohorts import oasis2_space

        places, correlation, share = oasis2_space.derive_slice_map(data, oasis2)
        _print_beside(places, oasis2_space.SHIPPED)
        typer.echo(
            f"OASIS-2's slices with the same subjects' slice {oasis2_space.T88_SLICE}: {correlation:.3f}, mirrored in "
            f"{percent(share)}"
        )


def _print_beside(derived: Any, shipped: Any) -> None:
    """Each constant as derived and as shipped."""
    for name, value in vars(derived).items():
        typer.echo(f"{name:12} {value:8.3f}   shipped {getattr(shipped, name):8.3f}")
