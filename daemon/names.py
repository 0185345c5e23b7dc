"""The package names `daemon`, `handlers` and `config` are common words: are they ours here?"""

from __future__ import annotations

from importlib.metadata import packages_distributions

from daemon.errors import PermanentFailure

NAMES = ("daemon", "handlers", "config")
_OURS = "optoutd"


def check_package_names() -> None:
    """Raises PermanentFailure where another installed distribution owns one of our names."""
    owners = packages_distributions()
    for name in NAMES:
        others = sorted(set(owners.get(name, ())) - {_OURS})
        if others:
            raise PermanentFailure(
                f'the package name "{name}" also belongs to {", ".join(others)} here',
                part="installation",
                cure="install optoutd into a virtual environment of its own",
            )
