"""The generated tables, a module an engine version: see scripts/command_tables.py."""
