from tests.support.documents import ROOT, links

README = ROOT / "README.md"


def test_the_readme_fits_two_screens() -> None:
    assert len(README.read_text().splitlines()) <= 90


def test_the_readme_says_first_what_the_program_is_not() -> None:
    first = "\n".join(README.read_text().splitlines()[:10])
    assert "Research prototype. Not a medical device. Not for diagnostic use." in first


def test_the_readme_leads_to_licence_citation_security_and_every_folder_of_the_documentation() -> None:
    wanted = {"LICENSE", "CITATION.cff", "SECURITY.md", "CONTRIBUTING.md", "docs/README.md"}
    folders = {f"docs/{path.name}/" for path in (ROOT / "docs").iterdir() if path.is_dir()}
    assert (wanted | folders) - set(links(README)) == set()
