"""The same seed gives the same octets; another seed gives other octets and the same verdicts."""

from pathlib import Path

from support.campaigns import atverdict, campaign, simulated

RUNS = 5


def test_every_run_is_the_same(tmp_path: Path) -> None:
    first = campaign("sim:", tmp_path)
    for _ in range(RUNS - 1):
        again = campaign("sim:", tmp_path)
        assert again.log == first.log
        assert again.result == first.result


def test_the_folder_of_a_run_changes_nothing(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "another one"]
    for folder in folders:
        folder.mkdir()
        assert atverdict(folder, "run").code == 0
    one, another = [
        {
            path.relative_to(folder): path.read_bytes()
            for path in (folder / "run").rglob("*")
            if path.is_file()
        }
        for folder in folders
    ]
    assert one.keys() == another.keys()
    for path, octets in one.items():
        assert octets == another[path], path


def test_another_seed_changes_octets_and_no_verdict(tmp_path: Path) -> None:
    one, another = simulated("seed=1"), simulated("seed=7")
    assert one.log != another.log
    assert one.outcomes() == another.outcomes()
    assert one.log == campaign("sim:?seed=1", tmp_path).log
