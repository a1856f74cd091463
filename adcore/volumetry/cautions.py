"""Why a patient's volumes may not be comparable with those of the norms."""

from typing import TYPE_CHECKING

from adcore.volumetry.norms import load_norms

if TYPE_CHECKING:  # it loads torch, and the sentences are listed without
    from adcore.prepare.prepared import PreparedScan

OTHER_SCANNER = (
    "Norms of one scanner ({scanner}): another can shift volumes by a few percent, which an offset of this clinic would take out."
)
STRIPPED = (
    "This scan is skull-stripped, the norms are of whole heads: without the fluid outside the brain the head seems smaller, so "
    "z-scores of the brain's parts come out too high."
)

THICK_MM = 3.0
THICK = (
    "Slices of {spacing:.1f} mm: narrow temporal horns vanish between thick slices, so their volume and the medial temporal "
    "grade come out too low (by 0.4 of a grade on average at 5 mm)."
)


def cautions(prepared: "PreparedScan") -> tuple[str, ...]:
    """The sentences that belong beside a comparison; none about the scanner where the clinic has its own offset.

    Raises:
        ModelError: the norms are missing.
    """
    norms = load_norms()
    scanner = () if norms.clinic else (OTHER_SCANNER.format(scanner=norms.scanner),)
    return (*scanner, *of_this_scan(prepared))


def of_this_scan(prepared: "PreparedScan") -> tuple[str, ...]:
    """Those that hold for this scan and not for every one."""
    spacing = max(prepared.scan.spacing)
    thick = (THICK.format(spacing=spacing),) if spacing > THICK_MM else ()
    return (*thick, *((STRIPPED,) if prepared.already_stripped else ()))
