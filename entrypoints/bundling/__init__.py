"""The incident bundle: what those who look into a failure ask for first, in one file.

It may leave the house, so nothing secret is in it, and nothing that names a driver.
"""

from entrypoints.bundling.archive import write_archive
from entrypoints.bundling.parts import Asked, gather

__all__ = ["Asked", "gather", "write_archive"]
