"""Compiled templates, kept where Python keeps compiled modules: in `__pycache__` beside what they come from,
or below `PYTHONPYCACHEPREFIX`. Who can write there could change the code itself, so they are trusted no less.
Where nothing can be kept, nothing is.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
import tempfile
from importlib.util import cache_from_source
from pathlib import Path

import jinja2
from jinja2 import Environment
from jinja2.bccache import Bucket, BytecodeCache

from amanat.docsite import quick

_DIGEST = hashlib.sha256().digest_size


class Compiled(BytecodeCache):
    """Keeps the code of the templates of a folder. What is kept holds for one version of Python, of jinja and
    of the way in which we have it make code, and for the text of the template. A file that is cut short or
    was written over is told by its digest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        made_by = hashlib.sha256(f"{jinja2.__version__}\n".encode())
        made_by.update(Path(quick.__file__).read_bytes())
        self._made_by = made_by.hexdigest()[:16]

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """The file in which the code of a template is kept."""
        return cache_from_source(str(self._folder / name), optimization=self._made_by)

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        """The place of a template's code. That of another kind of environment is other code: none is kept."""
        if isinstance(environment, quick.Quick) and sys.implementation.cache_tag is not None:
            return super().get_bucket(environment, name, filename, source)
        return Bucket(environment, "", self.get_source_checksum(source))

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read the code, where it is kept whole, and that of this text."""
        try:
            content = Path(bucket.key).read_bytes() if bucket.key else b""
        except OSError:
            return
        head = hashlib.sha256(content[_DIGEST:]).digest() + bucket.checksum.encode()
        if content.startswith(head):
            bucket.code = marshal.loads(content[len(head) :])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code, where that is wanted and possible."""
        if sys.dont_write_bytecode or not bucket.key:
            return
        temporary = None
        try:
            folder, name = os.path.split(bucket.key)
            os.makedirs(folder, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{name}.")
            with os.fdopen(handle, "wb") as file:
                body = bucket.checksum.encode() + marshal.dumps(bucket.code)
                file.write(hashlib.sha256(body).digest() + body)
            os.chmod(temporary, 0o644)
            os.replace(temporary, bucket.key)
        except OSError:
            if temporary is not None and os.path.exists(temporary):
                os.unlink(temporary)
