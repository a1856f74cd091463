"""What the program is built from, pinned by hashes, listed and judged.

python -m tests.support.supply lock     requirements.lock and requirements-torch.lock (uv)
python -m tests.support.supply report   build/sbom.cdx.json (CycloneDX) and build/soup.md (IEC 62304), judged by pip-audit;
                                        exit code 1 where a package has a known vulnerability or could not be judged
"""

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from adcore import __version__
from tests.support.needed import needed

ROOT = Path(__file__).resolve().parents[2]
LOCK, TORCH_LOCK = ROOT / "requirements.lock", ROOT / "requirements-torch.lock"
OF_TORCH = re.compile(r"torch|torchvision|triton|cuda-.+|nvidia-.+")
"""What a build of torch brings, which differs between builds: only PyPI's can be pinned by its hashes."""

HEAD = "# Made by `make lock` from requirements.txt and constraints.txt: every file that may be installed, by its sha256.\n"
BUILD = ROOT / "build"
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Locked:
    """One pinned package with the hashes of its files."""

    version: str
    sha256: tuple[str, ...]


class NotJudgedError(Exception):
    """It is not known whether a package has a known vulnerability."""


def locked(lock: Path) -> dict[str, Locked]:
    """The packages of a lock by their canonical names."""
    found = {}
    for entry in _entries(lock.read_text()):
        requirement = Requirement(entry.partition(" \\\n")[0])
        (pin,) = requirement.specifier
        found[canonicalize_name(requirement.name)] = Locked(
            pin.version, tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})\b", entry))
        )
    return found


def runtime() -> list[Distribution]:
    """The installed distributions that the program needs with all of its extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    required = [*project["dependencies"], *(text for extra in project["optional-dependencies"].values() for text in extra)]
    names = {canonicalize_name(name) for name in needed(required)}
    return [distribution(name) for name in sorted(names)]


def licence(package: Distribution) -> str:
    """As its metadata state it; a whole text is shortened to its first line."""
    stated = package.metadata
    classified = [text.rpartition(" :: ")[2] for text in stated.get_all("Classifier") or [] if text.startswith("License ::")]
    return stated["License-Expression"] or ", ".join(classified) or (stated["License"] or "not stated").strip().splitlines()[0]


def judgements(report: dict[str, Any], packages: Iterable[str]) -> dict[str, list[str]]:
    """The known vulnerabilities of each package, from pip-audit's report.

    Raises:
        NotJudgedError: it passed one over.
    """
    judged = {canonicalize_name(one["name"]): one for one in report["dependencies"]}
    left = [name for name in packages if "vulns" not in judged.get(name, {}) or "skip_reason" in judged[name]]
    if left:
        raise NotJudgedError(f"pip-audit did not judge {', '.join(left)}.")
    return {name: [found["id"] for found in judged[name]["vulns"]] for name in packages}


def soup(packages: Iterable[Distribution], known: dict[str, list[str]] | None) -> str:
    """The list of software of unknown provenance (IEC 62304, 8.1.2), as Markdown.

    Args:
        known: vulnerabilities by package; None where they could not be judged.
    """
    lines = [
        f"# Software of unknown provenance in adcore {__version__}\n",
        "Title, version and maker by each package's own metadata. Anomalies: identifiers of known vulnerabilities.\n",
        "| Title | Version | Licence | Maker | What it is for | Known vulnerabilities |",
        "|---|---|---|---|---|---|",
    ]
    for package in packages:
        stated = package.metadata
        name = canonicalize_name(stated["Name"])
        maker = stated["Author"] or stated["Author-email"] or stated["Maintainer"] or stated["Maintainer-email"] or "not stated"
        found = "not judged" if known is None or name not in known else ", ".join(known[name]) or "none"
        cells = (stated["Name"], package.version, licence(package), maker, stated["Summary"] or "", found)
        lines.append(f"| {' | '.join(' '.join(cell.replace('|', '/').split()) for cell in cells)} |")
    return "\n".join(lines) + "\n"


def lock() -> None:
    """Write both locks anew."""
    command = [BIN / "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"]
    command += ["--no-annotate", "--no-header", "--constraint", "constraints.txt", "requirements.txt"]
    compiled = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    parts: dict[bool, list[str]] = {True: [], False: []}
    for entry in _entries(compiled):
        parts[OF_TORCH.fullmatch(re.split("[=[ ]", entry)[0]) is not None].append(entry)
    LOCK.write_text(HEAD + "".join(parts[False]))
    TORCH_LOCK.write_text(HEAD + "".join(parts[True]))


def report() -> int:
    """Write the lists; 0 where no package has a known vulnerability, 1 otherwise."""
    packages = runtime()
    BUILD.mkdir(exist_ok=True)
    (BUILD / "sbom.cdx.json").write_text(
        json.dumps(_bill({canonicalize_name(one.metadata["Name"]) for one in packages}), indent=1)
    )
    try:
        known, problem = _judge(), ""
    except NotJudgedError as error:
        known, problem = None, str(error)
    (BUILD / "soup.md").write_text(soup(packages, known))
    print(f"{len(packages)} packages: build/sbom.cdx.json, build/soup.md")
    bad = {name: found for name, found in (known or {}).items() if found}
    for name, found in bad.items():
        print(f"{name}: {', '.join(found)}")
    if known is None:
        print(f"Known vulnerabilities could not be judged, so this is no pass. {problem}")
    return 1 if known is None or bad else 0


def _bill(names: set[str]) -> dict[str, Any]:
    """The CycloneDX document of this environment, without what only tests and tools need."""
    command = [BIN / "cyclonedx-py", "environment", "--pyproject", "pyproject.toml", "--output-reproducible", sys.executable]
    document = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    kept = [one for one in document["components"] if canonicalize_name(one["name"]) in names]
    refs = {one["bom-ref"] for one in kept} | {document["metadata"]["component"]["bom-ref"]}
    links = [one for one in document["dependencies"] if one["ref"] in refs]
    for one in links:
        one["dependsOn"] = [ref for ref in one.get("dependsOn", []) if ref in refs]
    document["metadata"]["component"]["version"] = __version__
    return document | {"components": kept, "dependencies": links}


def _judge() -> dict[str, list[str]]:
    """What pip-audit knows of the locked packages that are installed on this kind of machine."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report.json"
        command = [BIN / "pip-audit", "--strict", "--disable-pip", "--require-hashes", "--format", "json", "--output", out]
        done = subprocess.run([*command, "-r", LOCK, "-r", TORCH_LOCK], capture_output=True, text=True)
        if not out.is_file():
            raise NotJudgedError(done.stderr.strip().splitlines()[-1])
        return judgements(json.loads(out.read_text()), _locked_here())


def _locked_here() -> list[str]:
    entries = [entry for lock in (LOCK, TORCH_LOCK) for entry in _entries(lock.read_text())]
    requirements = [Requirement(entry.partition(" \\\n")[0]) for entry in entries]
    return [canonicalize_name(one.name) for one in requirements if one.marker is None or one.marker.evaluate()]


def _entries(text: str) -> list[str]:
    """Each requirement with the lines of its hashes."""
    return re.findall(r"^[A-Za-z].*\n(?: .*\n)*", text, re.M)


if __name__ == "__main__":
    commands = {"lock": lock, "report": report}
    if sys.argv[1:] not in [[name] for name in commands]:
        sys.exit(__doc__)
    sys.exit(commands[sys.argv[1]]())
