"""Lets torchvision's CUDA build be imported beside a CPU-only torch.

PyPI's torchvision ships compiled operators that a CPU-only torch cannot load; importing it then fails because two operator
schemas are missing. Models and transforms need neither. Declaring the schemas first makes the import work; where
torchvision imports by itself nothing is done.
"""

import torch

_libraries: list[torch.library.Library] = []  # a library's schemas live as long as the object does


def ensure_torchvision() -> None:
    """Make `import torchvision` work, whatever pair of builds is installed."""
    try:
        import torchvision
    except RuntimeError as error:
        if "torchvision::nms" not in str(error):
            raise
        library = torch.library.Library("torchvision", "DEF")
        library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        _libraries.append(library)
        import torchvision  # noqa: F401
