from pathlib import Path
from typing import BinaryIO

import pytest

from adcore.atomic import write_atomically


def test_a_file_is_written_with_its_folder_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "table.csv"
    write_atomically(path, lambda file: file.write(b"first"))
    write_atomically(path, lambda file: file.write(b"second"))
    assert path.read_bytes() == b"second"
    assert list(path.parent.iterdir()) == [path]


def test_a_writer_that_stops_half_way_leaves_the_previous_file(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"previous")

    def stop(file: BinaryIO) -> None:
        file.write(b"half")
        assert path.read_bytes() == b"previous"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, stop)
    assert path.read_bytes() == b"previous"
    assert list(tmp_path.iterdir()) == [path]
