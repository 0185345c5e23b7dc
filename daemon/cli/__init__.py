"""The command line: `optoutd [--config FILE] COMMAND`.

Exit status 0: done. 1: it could not be done. 2: a mistake in usage or configuration.
"""

from __future__ import annotations

import os
import sys

from daemon.cli.commands import make_app, module_of
from daemon.cli.output import forgive_encodings, tell_of_mistake

# Set by the shell that completes a command: it is offered what there is.
_COMPLETION = "_OPTOUTD_COMPLETE"
# Read when numpy is loaded. What the classifier multiplies is small: threads would only wait.
_BLAS_THREADS = "OPENBLAS_NUM_THREADS"


def main() -> None:
    """The console script. Foreseeable failures end in one clear line each, without a traceback."""
    forgive_encodings()
    sys.excepthook = tell_of_mistake
    os.environ.setdefault(_BLAS_THREADS, "1")
    module = None if _COMPLETION in os.environ else module_of(sys.argv[1:])
    try:
        if module is None:
            from daemon.cli.all_commands import app
        else:
            app = make_app([module])
        app()
    except Exception as error:  # noqa: BLE001 - report() raises again what it does not know
        from daemon.cli.failures import report

        sys.exit(report(error))


__all__ = ["main"]
