"""Each list of packages in pyproject.toml is what the modules import: no more, no less."""

import tomllib
from importlib.metadata import packages_distributions, requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from adcore.cli.refusals import EXTRAS, ONLY_IN_DASK, ONLY_IN_PACS, ONLY_IN_STORE, ONLY_IN_TRAIN
from tests.packaging.imports import ROOT, modules, packages, reachable

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

LIBRARY = (
    "case",
    "model",
    "readers",
    "prepare",
    "networks",
    "answer",
    "explain",
    "volumetry",
    "report",
    "viewer",
    "longitudinal",
    "worker",
)
"""The rooms that the base serves, with adcore predict and adcore check."""

RESEARCH = ("charts", "cohorts", "statistics", "evaluation", "training", "studies", "cli")

LIBRARY_MODULES = ("adcore", "adcore.pipeline", "adcore.cli.exports", "adcore.cli.check")


def names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(text).name) for text in requirements}


def distributions(of: set[str]) -> set[str]:
    """The packages, as their distributions are called, of what `modules` import."""
    known = packages_distributions()
    return {canonicalize_name(known[name][0]) for name in packages(of)}


def inside(rooms: tuple[str, ...]) -> set[str]:
    return {name for name in modules() if f"{name}.".startswith(tuple(f"adcore.{room}." for room in rooms))}


def library() -> set[str]:
    return reachable([*LIBRARY_MODULES, *inside(LIBRARY)])


def research() -> set[str]:
    return reachable(inside(RESEARCH))


def store() -> set[str]:
    return reachable(inside(("store",)))


def pacs() -> set[str]:
    return reachable(inside(("pacs",)))


def dashboard() -> set[str]:
    return reachable(name for name in modules() if name.partition(".")[0] in ("app", "pages"))


BASE = names(PROJECT["dependencies"])
APP = names(PROJECT["optional-dependencies"]["app"])
STORE = names(PROJECT["optional-dependencies"]["store"])
PACS = names(PROJECT["optional-dependencies"]["pacs"])
TRAIN = names(PROJECT["optional-dependencies"]["train"])
DASK = names(PROJECT["optional-dependencies"]["dask"])
OIDC = names(PROJECT["optional-dependencies"]["oidc"])


def test_the_base_is_what_the_library_imports() -> None:
    assert distributions(library()) == BASE


def test_app_is_what_the_dashboard_imports_besides() -> None:
    assert distributions(dashboard()) - BASE - STORE - PACS == APP


@pytest.mark.slow
def test_train_is_what_research_imports_besides() -> None:
    assert distributions(research()) - BASE - STORE - PACS - DASK == TRAIN
    assert {canonicalize_name(packages_distributions()[name][0]) for name in ONLY_IN_TRAIN} == TRAIN


def test_oidc_is_what_streamlit_signs_in_with() -> None:
    auth = {canonicalize_name(Requirement(text).name) for text in requires("streamlit") or () if 'extra == "auth"' in text}
    assert {"httpx2" if name == "httpx" else name for name in auth} == OIDC  # Authlib calls the older one deprecated


@pytest.mark.slow
def test_store_is_what_the_case_store_imports_besides_and_postgresqls_driver() -> None:
    assert distributions(store()) - BASE == STORE - {"psycopg"}  # SQLAlchemy imports it where a URL asks for it
    assert {canonicalize_name(packages_distributions()[name][0]) for name in ONLY_IN_STORE} == STORE


@pytest.mark.slow
def test_pacs_is_what_the_archive_needs_besides() -> None:
    assert distributions(pacs()) - BASE - STORE == PACS
    assert {canonicalize_name(packages_distributions()[name][0]) for name in ONLY_IN_PACS} == PACS


def test_dask_is_what_a_cohort_on_its_workers_needs_besides() -> None:
    assert distributions({"adcore.cohorts.on_dask"}) == DASK
    assert {canonicalize_name(packages_distributions()[name][0]) for name in ONLY_IN_DASK} == DASK
    assert set(EXTRAS) == {"train", "store", "pacs", "dask"}


def test_every_module_belongs_to_one_of_them() -> None:
    assert library() | dashboard() | research() | store() | pacs() == set(modules())


def test_the_library_reaches_neither_dashboard_nor_training() -> None:
    assert not {name for name in library() if name.startswith(("app", "pages", "adcore.training", "adcore.evaluation"))}


@pytest.mark.parametrize("name", sorted(BASE | APP | STORE | PACS | TRAIN | DASK | OIDC))
def test_every_package_is_pinned_where_the_two_commands_install_from(name: str) -> None:
    pinned = [line for line in (ROOT / "requirements.txt").read_text().splitlines() if line and not line.startswith("#")]
    assert [line for line in pinned if canonicalize_name(Requirement(line).name) == name and "==" in line]
