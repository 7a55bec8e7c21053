"""The browser's side of the catalogue of messages."""

import types
from dataclasses import fields
from typing import Any, Union, get_args, get_origin, get_type_hints

from streaming.signalling.messages import FROM_PAGE, TO_PAGE, ChatLine
from streaming.signalling.wire import needed

HEAD = """// Generated from streaming/signalling/messages.py by `python3 -m kultour manage write_messages`.
"""


def typescript() -> str:
    """The whole catalogue as TypeScript types."""
    parts = [HEAD, interface(ChatLine, None)]
    parts += [interface(kind, name) for name, kind in FROM_PAGE.items()]
    parts += [interface(kind, name) for kind, name in TO_PAGE.items()]
    parts.append(union("FromPage", list(FROM_PAGE.values())))
    parts.append(union("ToPage", list(TO_PAGE)))
    return "\n".join(parts)


def union(name: str, kinds: list[type]) -> str:
    return f"export type {name} =\n" + "\n".join(f"  | {kind.__name__}" for kind in kinds) + ";\n"


def interface(kind: type, name: str | None) -> str:
    hints = get_type_hints(kind)
    lines = [f'  type: "{name}";'] if name else []
    lines += [f"  {one.name}{'' if needed(one) else '?'}: {ts_type(hints[one.name])};" for one in fields(kind)]
    return f"export interface {kind.__name__} {{\n" + "\n".join(lines) + "\n}\n"


def ts_type(hint: Any) -> str:
    if get_origin(hint) is list:
        return f"{ts_type(get_args(hint)[0])}[]"
    if get_origin(hint) in {Union, types.UnionType}:
        return " | ".join(ts_type(one) for one in get_args(hint))
    names = {int: "number", float: "number", str: "string", bool: "boolean", type(None): "null"}
    return names.get(hint) or hint.__name__
