"""A library of somebody else's, written in JavaScript, that reads what it is given: as jsii packages do.

It is made here, since what jsii itself reads of an object is not what JavaScript reads where Python overrides it.
"""

import io
import json
import tarfile
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import jsii

_ANY = {"primitive": "any"}
_SOURCE = """
exports.Reader = class Reader {
  static read(from, property) { return from[property]; }
  static call(from, method, values) { return from[method](...values); }
};
"""
_ASSEMBLY = {
    "schema": "jsii/0.10.0",
    "jsiiVersion": "5.0.0",
    "name": "somebody-elses",
    "version": "1.0.0",
    "fingerprint": "none",
    "description": "Reads",
    "homepage": "none",
    "license": "Apache-2.0",
    "author": {"name": "somebody", "roles": ["author"]},
    "repository": {"type": "git", "url": "none"},
    "types": {
        "somebody-elses.Reader": {
            "assembly": "somebody-elses",
            "fqn": "somebody-elses.Reader",
            "kind": "class",
            "name": "Reader",
            "methods": [
                {
                    "name": name,
                    "static": True,
                    "parameters": [{"name": "from", "type": _ANY}, *parameters],
                    "returns": {"type": _ANY, "optional": True},
                }
                for name, parameters in {
                    "read": [{"name": "property", "type": {"primitive": "string"}}],
                    "call": [
                        {"name": "method", "type": {"primitive": "string"}},
                        {"name": "values", "type": _ANY},
                    ],
                }.items()
            ],
        }
    },
}


@cache
def _reader() -> Any:
    files = {
        "package/package.json": json.dumps(
            {"name": "somebody-elses", "version": "1.0.0", "main": "index.js"}
        ),
        "package/.jsii": json.dumps(_ASSEMBLY),
        "package/index.js": _SOURCE,
    }
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "package.tgz"
        with tarfile.open(package, "w:gz") as archive:
            for name, text in files.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(text)
                archive.addfile(entry, io.BytesIO(text.encode()))
        jsii.kernel.load("somebody-elses", "1.0.0", str(package))
    return type("Reader", (), {"__jsii_type__": "somebody-elses.Reader"})


def read(it: Any, name: str) -> Any:
    """What JavaScript reads of an object, by JavaScript's name for it."""
    return jsii.sinvoke(_reader(), "read", [it, name])


def call(it: Any, name: str, *values: Any) -> Any:
    """What JavaScript gets by calling an object's method."""
    return jsii.sinvoke(_reader(), "call", [it, name, list(values)])
