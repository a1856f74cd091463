"""Puts the models inside the package when a wheel is built; a checkout reads them from models/, where they lie.

Everything else about the package stands in pyproject.toml.
"""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

SHIPPED = ("oasis1", "structures")
"""Folders of models/; others there are a user's own."""


class BuildWithModels(build_py):
    """Adds adcore/models; an editable install needs no copy."""

    def run(self) -> None:
        """Copy the package, then the models."""
        super().run()
        if self.editable_mode:
            return
        for source, target in self._models().items():
            self.mkpath(str(Path(target).parent))
            self.copy_file(source, target)

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        """Every file that ends up in the wheel."""
        return [*super().get_outputs(include_bytecode), *({} if self.editable_mode else self._models()).values()]

    def _models(self) -> dict[str, str]:
        folders = [Path("models", name) for name in SHIPPED]
        missing = [str(folder) for folder in folders if not (folder / "card.json").is_file()]
        if missing:
            raise FileNotFoundError(f"Expected the shipped models, but {', '.join(missing)} is missing. Restore the folder.")
        files = (path for folder in folders for path in sorted(folder.iterdir()) if path.is_file())
        return {str(path): str(Path(self.build_lib, "adcore", path)) for path in files}


setup(cmdclass={"build_py": BuildWithModels})
