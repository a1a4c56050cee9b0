"""What every application of a test run makes anew though it is the same each time: made once and kept.

More than half of a page's test went into compiling the same templates and the same addresses again.
"""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

_BUILDERS: dict[tuple[str, bool], Callable[..., tuple[str, str]]] = {}


class KeptTemplates(BytecodeCache):
    """Compiled templates in memory; Jinja compares the source before it takes one."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


class KeptRule(Rule):
    """An address whose builder is compiled once; it finds its converters through the rule it is bound to."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if self.defaults or self.subdomain:
            return super()._compile_builder(append_unknown)
        key = (self.rule, append_unknown)
        if key not in _BUILDERS:
            _BUILDERS[key] = super()._compile_builder(append_unknown)
        return _BUILDERS[key]


def keep(patch: pytest.MonkeyPatch) -> None:
    """Applications made from now on share what is the same for all."""
    options: dict[str, Any] = {**Flask.jinja_options, "bytecode_cache": KeptTemplates()}
    patch.setattr(Flask, "jinja_options", options)
    patch.setattr(Flask, "url_rule_class", KeptRule)
