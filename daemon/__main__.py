"""`python -m daemon` is `optoutd`."""

from daemon.cli import main

main()
