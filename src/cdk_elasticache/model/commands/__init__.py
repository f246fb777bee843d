"""The commands of each engine: what they are called, which categories they are in, what they touch.

``table("valkey_8").find([b"config", b"get"])`` is a :class:`Command`, which says its categories, whether
ElastiCache Serverless runs it, and, for a command line, the keys and channels that the server's ACL checks.

Rule 1: the tables are what real servers answered (scripts/command_tables.py); nobody edits them.
Rule 2: what no plain server knows (JSON, Bloom, what Serverless refuses) cites its documentation.
Rule 3: importing this, and loading one table, is cheap: no dataclasses, no typing, no regular expressions.
"""

from .command import Command
from .table import CommandTable, table
from .uses import ChannelUse, KeyUse

__all__ = ["ChannelUse", "Command", "CommandTable", "KeyUse", "table"]
