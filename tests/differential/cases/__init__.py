"""The apps that are built with both libraries: importing this registers them all."""

from ..building import CASES
from . import caches, grants, imports, network, stacks, users  # noqa: F401  # each registers its cases

__all__ = ["CASES"]
