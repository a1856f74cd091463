"""adcore info: what this installation holds."""

import json
import math
from typing import Annotated, Any

import typer


def info(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """List models, inputs, structures, checks and versions of this installation, as the program itself uses them."""
    content = installation()
    typer.echo(json.dumps(content, indent=1) if as_json else "\n".join(_lines(content)))


def installation() -> dict[str, Any]:
    """What this installation holds, ready for JSON; read from the registries that the program works with. Loads no torch.

    Raises:
        ModelError: a model's card is damaged.
    """
    return {
        "versions": _versions(),
        "extras": _extras(),
        "models": _models(),
        "inputs": _inputs(),
        "structures": _structures(),
        "volumes": _volumes(),
        "checks": _checks(),
    }


def _versions() -> dict[str, str | None]:
    import platform

    from adcore.cli.distribution import needed, version_of
    from adcore.version import __version__

    return {"adcore": __version__, "python": platform.python_version()} | {name: version_of(name) for name in needed()}


def _extras() -> dict[str, bool]:
    from adcore.cli.distribution import extras, needed, version_of

    return {extra: all(version_of(name) is not None for name in needed(extra)) for extra in extras()}


def _models() -> list[dict[str, Any]]:
    from adcore.model.card import NamedCard
    from adcore.model.shipped import DEFAULT_MODEL, model_folders

    cards = {name: NamedCard.read(folder) for name, folder in model_folders().items()}
    return [
        {
            "folder": name,
            "name": card.name,
            "version": card.version,
            "created": card.created,
            "default": name == DEFAULT_MODEL,
            "sha256": card.weights,
        }
        for name, card in cards.items()
    ]


def _inputs() -> dict[str, Any]:
    from adcore.case.clinical import FIELDS, RECORDED_FIELDS
    from adcore.readers.formats import CONTAINERS, FORMATS

    fields = [
        {
            "name": field.name,
            "label": field.label,
            "unit": field.unit,
            "low": field.low,
            "high": field.high,
            "choices": list(field.choices),
            "read_by_model": field in FIELDS,
        }
        for field in (*FIELDS, *RECORDED_FIELDS)
    ]
    formats = [{"format": form.value, "suffixes": list(suffixes)} for form, suffixes in FORMATS.items()]
    return {"scans": formats, "containers": list(CONTAINERS), "fields": fields}


def _structures() -> list[dict[str, Any]]:
    from adcore.prepare.segmentation.structures import STRUCTURES

    return [
        {"label": label, "name": structure.name, "side": structure.side.value}
        for label, structure in enumerate(STRUCTURES, start=1)
    ]


def _volumes() -> list[dict[str, Any]]:
    from adcore.prepare.segmentation.structures import STRUCTURES
    from adcore.volumetry.findings import MEASURES

    return [{"name": name, "structures": [STRUCTURES[label - 1].name for label in labels]} for name, labels in MEASURES.items()]


def _checks() -> list[dict[str, Any]]:
    from adcore.model.card import ModelCard
    from adcore.model.shipped import DEFAULT_MODEL, model_folders
    from adcore.prepare.checks.limits import LIMITS

    default = model_folders().get(DEFAULT_MODEL)
    distance = None if default is None else ModelCard.read(default).training_distance
    limits = LIMITS if distance is None else (*LIMITS, distance.accepted)
    return [
        {
            "code": limit.code.value,
            "name": limit.code.label,
            "low": limit.low if math.isfinite(limit.low) else None,
            "high": limit.high if math.isfinite(limit.high) else None,
            "unit": limit.unit,
            "origin": limit.origin,
        }
        for limit in limits
    ]


def _lines(content: dict[str, Any]) -> list[str]:
    """The same as lines of text."""
    versions, inputs = content["versions"], content["inputs"]
    lines = [f"adcore {versions['adcore']}, Python {versions['python']}"]
    lines += [f"  extra {name}: {'installed' if there else 'not installed'}" for name, there in content["extras"].items()]
    lines.append("Models")
    for model in content["models"]:
        lines.append(
            f"  {model['folder']}: {model['name']} {model['version']}, {model['created']}" + ", default" * model["default"]
        )
        lines += [f"    {file:32} sha256 {digest[:12]}" for file, digest in model["sha256"].items()]
    lines.append(f"Scans, as {', '.join(inputs['containers'])}")
    lines += [f"  {scan['format']:8} {' '.join(scan['suffixes'])}".rstrip() for scan in inputs["scans"]]
    lines.append("Clinical fields")
    for field in inputs["fields"]:
        bounds = "" if field["low"] is None else f"{field['low']:g} to {field['high']:g} {field['unit']}".rstrip()
        unread = "" if field["read_by_model"] else "recorded, not read by the model"
        lines.append(f"  {field['name']:16} {', '.join(filter(None, (bounds, unread)))}".rstrip())
    lines.append(f"{len(content['structures'])} structures")
    lines += [f"  {structure['label']:2} {structure['name']}" for structure in content["structures"]]
    lines.append("Volumes with norms")
    lines += [f"  {volume['name']}: {_listed(volume['structures'])}" for volume in content["volumes"]]
    lines.append("Checks of a scan")
    for check in content["checks"]:
        lines += [f"  {check['name']}: {_bounds(check)}", f"    {check['origin']}"]
    lines.append("Packages")
    lines += [f"  {name} {version or 'not installed'}" for name, version in versions.items() if name not in ("adcore", "python")]
    return lines


def _listed(names: list[str], most: int = 4) -> str:
    return ", ".join(names) if len(names) <= most else f"{len(names)} structures"


def _bounds(check: dict[str, Any]) -> str:
    low, high, unit = check["low"], check["high"], check["unit"]
    if low is None:
        accepted = f"at most {high:g}"
    elif high is None:
        accepted = f"at least {low:g}"
    else:
        accepted = f"{low:g} to {high:g}"
    return f"{accepted}{unit}" if unit == "%" else f"{accepted} {unit}".rstrip()
