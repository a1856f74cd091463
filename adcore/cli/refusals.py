"""Where a refusal becomes a sentence on the terminal: the text on standard error, and exit code 1."""

from typing import Any

import typer
from typer.core import TyperGroup

from adcore.errors import AdcoreError, SeveralSeriesError

ONLY_IN_TRAIN = frozenset({"jinja2", "plotly", "pyarrow", "pytorch_grad_cam"})
"""Packages that adcore[train] adds and some commands import."""

ONLY_IN_STORE = frozenset({"alembic", "cryptography", "psycopg", "sqlalchemy"})
"""Packages that adcore[store] adds."""

ONLY_IN_PACS = frozenset({"dicomweb_client", "pynetdicom", "requests"})
"""Packages that adcore[pacs] adds."""

ONLY_IN_DASK = frozenset({"distributed"})
"""Packages that adcore[dask] adds."""

EXTRAS = {"train": ONLY_IN_TRAIN, "store": ONLY_IN_STORE, "pacs": ONLY_IN_PACS, "dask": ONLY_IN_DASK}


class RefusingGroup(TyperGroup):
    """The commands of the program, none of which catches an AdcoreError itself."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command. Errors other than refusals are faults of the program, and keep their traceback."""
        try:
            return super().invoke(ctx)
        except AdcoreError as error:
            typer.echo(_sentence(error), err=True)
            raise typer.Exit(1) from error
        except ModuleNotFoundError as error:
            extra = next((extra for extra, names in EXTRAS.items() if error.name in names), None)
            if extra is None:
                raise
            typer.echo(f"This command needs the package {error.name}. Install adcore[{extra}] and try again.", err=True)
            raise typer.Exit(1) from error


def _sentence(error: AdcoreError) -> str:
    if isinstance(error, SeveralSeriesError):
        series = "\n".join(map(str, error.series))
        return f"There are several series. Choose one with --series and its number:\n{series}"
    return str(error)
