from pathlib import Path

import pytest

from adcore.cohorts.linked import LINKS, links_of, read_links
from adcore.errors import CohortError


def test_links_are_read_by_their_columns(tmp_path: Path) -> None:
    (tmp_path / LINKS).write_text("age,oasis2_mri,oasis1_id\n70,OAS2_0002_MR2,OAS1_0015_MR1\n")
    assert read_links(tmp_path / LINKS) == (("OAS2_0002_MR2", "OAS1_0015_MR1"),)
    (tmp_path / LINKS).write_text("a,oasis1_id\nx,y\n")
    with pytest.raises(CohortError, match="missing oasis2_mri"):
        read_links(tmp_path / LINKS)


def test_a_data_set_without_a_table_of_links_has_none(tmp_path: Path) -> None:
    assert links_of(tmp_path) == ()
    (tmp_path / LINKS).write_text("oasis2_mri,oasis1_id\nOAS2_0002_MR2,OAS1_0015_MR1\n")
    assert links_of(tmp_path) == (("OAS2_0002_MR2", "OAS1_0015_MR1"),)
