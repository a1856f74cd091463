"""Streamlit finds the packaged components of the installed checkout."""

from streamlit.components.v2.manifest_scanner import scan_component_manifests

from tests.packaging.imports import ROOT


def test_streamlit_finds_all_of_them_although_only_an_extra_names_it() -> None:
    found = [(manifest, root) for manifest, root in scan_component_manifests() if manifest.name == "adcore"]
    assert found
    for manifest, root in found:
        folders = {component.name: component.resolve_asset_root(root) for component in manifest.components}
        assert set(folders) == {"viewer", "volume", "files", "into_view"}
        assert all(
            (folder / f"{name}.js").is_file() and folder.is_relative_to(ROOT / "adcore") for name, folder in folders.items()
        )
