from __future__ import annotations

from pathlib import Path

import pytest

from daemon.errors import PermanentFailure
from daemon.names import NAMES, check_package_names


def install(site: Path, distribution: str, package: str) -> None:
    """Puts the metadata of an installed distribution that owns `package` into `site`."""
    info = site / f"{distribution.replace('-', '_')}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
    (info / "top_level.txt").write_text(f"{package}\n")
    (info / "RECORD").write_text(f"{package}/__init__.py,,\n{info.name}/METADATA,,\n")


def test_the_names_are_ours_in_an_environment_of_our_own() -> None:
    check_package_names()


@pytest.mark.parametrize("name", NAMES)
def test_another_distribution_that_owns_one_of_our_names_is_told(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, f"python-{name}", name)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(PermanentFailure) as caught:
        check_package_names()
    assert str(caught.value) == (f'the package name "{name}" also belongs to python-{name} here')
    assert caught.value.cure == "install optoutd into a virtual environment of its own"


def test_other_distributions_with_other_names_do_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "python-daemons", "daemons")
    monkeypatch.syspath_prepend(tmp_path)
    check_package_names()
