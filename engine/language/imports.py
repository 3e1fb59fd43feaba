"""What `pulumi import` prints after it has put resources into the state.

The engine asks the language host for code that declares them. A host that answers UNIMPLEMENTED makes a
successful import end with an error and exit code 1, so the host answers with what there is to say.
"""

from collections.abc import Mapping

_HEAD = """\
# The import is done: the resources are in the state of the stack.
# This language host writes no Python. What was imported, in Pulumi's own notation:
"""


def advice(source: Mapping[str, str]) -> dict[str, bytes]:
    """`source` (file name to text in Pulumi's configuration language) as one Python file of comments."""
    lines = [f"#   {line}".rstrip() for text in source.values() for line in text.strip().splitlines()]
    return {"__main__.py": (_HEAD + "\n".join(lines) + "\n").encode()}
