from __future__ import annotations

from pathlib import Path

from benchmarks.crowd import crowd


def test_a_writer_and_readers_of_both_ways_share_a_file_without_a_fault(tmp_path: Path) -> None:
    seen = crowd(tmp_path / "store.sqlite", seconds=2.5, readers=2, long_readers=2)
    assert seen.errors == []
    assert seen.torn == 0
    assert len(seen.writer.waits_s) > 0
    assert all(len(reader.waits_s) > 0 for reader in seen.readers)
    assert sorted(reader.role for reader in seen.readers) == ["long reader"] * 2 + ["reader"] * 2
