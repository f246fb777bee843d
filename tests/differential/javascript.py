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
_TEXT = {"primitive": "string"}
#: The parameters of each method, and what it gives.
_METHODS = {
    "read": ({"from": _ANY, "property": _TEXT}, _ANY),
    "call": ({"from": _ANY, "method": _TEXT, "values": _ANY}, _ANY),
    "injector": ({"id": _TEXT, "of": _ANY}, {"fqn": "aws-cdk-lib.IPropertyInjector"}),
    "user": ({"scope": _ANY, "id": _TEXT}, {"fqn": "@aws-cdk/aws-elasticache-alpha.IUser"}),
}
_SOURCE = """
exports.Reader = class Reader {
  static read(from, property) { return from[property]; }
  static call(from, method, values) { return from[method](...values); }
  static injector(id, of) {
    const inject = (props) => ({ ...props, [of.adds]: of.words.map((path) => path.reduce((it, name) => it?.[name], props)).join('-') });
    return { constructUniqueId: id, inject };
  }
  static user(scope, id) {
    const { Construct } = require('constructs');
    return Object.assign(new Construct(scope, id), { userId: id, userName: id, userArn: 'arn:aws:elasticache:::user:' + id });
  }
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
                    "parameters": [{"name": it, "type": kind} for it, kind in parameters.items()],
                    "returns": {"type": gives, "optional": True},
                }
                for name, (parameters, gives) in _METHODS.items()
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


def injector(kind: Any, adds: str, *words: str) -> Any:
    """An injector that adds a property: what it reads of the others at each of some paths, joined by hyphens."""
    of = {"adds": adds, "words": [word.split(".") for word in words]}
    return jsii.sinvoke(_reader(), "injector", [kind.PROPERTY_INJECTION_ID, of])


def user(scope: Any, name: str) -> Any:
    """A user of the alpha module's interface, of a class that only JavaScript knows."""
    return jsii.sinvoke(_reader(), "user", [scope, name])
