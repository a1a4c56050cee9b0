"""Entity tags and the condition of If-Match (RFC 9110, 8.8.3 and 13.1.1).

A tag names a version and everything that is shown with it: an organisation whose contacts change keeps its version, yet
who read it before has not read it as it is.
"""

import hashlib
import re

GIVEN = re.compile(r'\*|(?:W/)?"[\x21\x23-\x7e]*"(?:[ \t]*,[ \t]*(?:W/)?"[\x21\x23-\x7e]*")*')
"""A condition that is well formed."""
TAG = re.compile(r'(W/)?("[\x21\x23-\x7e]*")')
LONGEST = 1_000


def tag_of(version: int, shown: str) -> str:
    """The tag of a thing with this version, shown like this."""
    return f'"{version}-{hashlib.sha256(shown.encode()).hexdigest()[:16]}"'


def is_condition(given: str) -> bool:
    """Whether this is a condition at all: a star, or tags with their quotes."""
    return len(given) <= LONGEST and GIVEN.fullmatch(given) is not None


def holds(given: str, tag: str) -> bool:
    """Whether what has this tag now is what was meant; a star means it however it is, a weak tag never is the same."""
    return given == "*" or any(not weak and one == tag for weak, one in TAG.findall(given))
