"""So that `python -m entrypoints.sandbox` runs a partner platform."""

from entrypoints.sandbox.cli import main

main()
