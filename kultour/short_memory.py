"""What all processes together remember for minutes (Django's cache): failed attempts to sign in, and nothing else."""

import json
from typing import Any


class AsJson:
    """How it lies in Redis. Django's own way is pickle, which runs whatever somebody else managed to put there."""

    def dumps(self, value: Any) -> bytes:
        return json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)
