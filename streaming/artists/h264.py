"""H.264 as far as the artists need it: NAL units, parameter sets read, slice headers read and rewritten.

Only what our own encoder settings produce is understood (constrained baseline, CAVLC, picture order type 2, one
reference, whole frames); anything else raises `Unexpected`. Numbers in parentheses are clauses of ITU-T H.264.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

SLICE_P, SLICE_IDR, SPS, PPS = 1, 5, 7, 8  # nal_unit_type (table 7-1)
P, I = 0, 2  # slice_type modulo 5 (table 7-6)  # noqa: E741


class Unexpected(Exception):
    """The encoder wrote something this reader was not made for."""


def nal_units(annex_b: bytes) -> list[bytes]:
    """The NAL units of a byte stream, without start codes (annex B)."""
    return [unit.rstrip(b"\0") for unit in annex_b.split(b"\0\0\1")[1:]]


def nal_type(unit: bytes) -> int:
    return unit[0] & 0x1F


def unescape(payload: bytes) -> bytes:
    """Take the emulation prevention bytes out (7.4.1)."""
    return payload.replace(b"\0\0\3", b"\0\0")


def escape(rbsp: bytes) -> bytes:
    """Put the emulation prevention bytes in (7.4.1)."""
    return re.sub(b"\0\0(?=[\0-\3])", b"\0\0\3", rbsp)


class Bits:
    """Reads a string of bits from the front."""

    def __init__(self, data: bytes) -> None:
        self.text = bin(int.from_bytes(b"\1" + data, "big"))[3:]
        self.at = 0

    def u(self, count: int) -> int:
        self.at += count
        return int(self.text[self.at - count : self.at] or "0", 2)

    def ue(self) -> int:
        """Exp-Golomb (9.1)."""
        zeros = self.text.index("1", self.at) - self.at
        self.at += zeros
        return self.u(zeros + 1) - 1

    def se(self) -> int:
        """Signed Exp-Golomb (9.1.1)."""
        code = self.ue()
        return (code + 1) // 2 if code % 2 else -(code // 2)

    def rest(self) -> str:
        return self.text[self.at :]


def u(value: int, count: int) -> str:
    return format(value, f"0{count}b")


def ue(value: int) -> str:
    digits = bin(value + 1)[2:]
    return "0" * (len(digits) - 1) + digits


def se(value: int) -> str:
    return ue(2 * value - 1 if value > 0 else -2 * value)


def to_bytes(bits: str) -> bytes:
    """Whole bytes; the end is filled with zeros."""
    bits += "0" * (-len(bits) % 8)
    return int("1" + bits, 2).to_bytes(len(bits) // 8 + 1, "big")[1:]


def frame_number_bits(sps: bytes) -> int:
    """log2_max_frame_num of a sequence parameter set whose kind of stream this module understands (7.3.2.1.1)."""
    bits = Bits(unescape(sps[1:]))
    profile = bits.u(8)
    bits.u(16)
    bits.ue()
    count = bits.ue() + 4
    order_type, references = bits.ue(), bits.ue()
    bits.u(1)
    bits.ue()
    bits.ue()
    if (profile, order_type, references, bits.u(1)) != (66, 2, 1, 1):
        raise Unexpected("sequence parameters other than baseline, order type 2, one reference, whole frames")
    return count


@dataclass(frozen=True)
class SliceHeader:
    """The fields of a slice header that our streams can have (7.3.3)."""

    nal: int  # the NAL unit's first byte: reference idc and type
    first_macroblock: int
    kind: int  # slice_type as written: 0 or 5 for P, 2 or 7 for I
    frame_number: str  # as bits: its width comes from the sequence parameters
    idr_id: int = 0
    qp_delta: int = 0
    deblocking: int = 0  # disable_deblocking_filter_idc
    alpha: int = 0
    beta: int = 0

    @property
    def is_idr(self) -> bool:
        return self.nal & 0x1F == SLICE_IDR

    def bits(self) -> str:
        text = ue(self.first_macroblock) + ue(self.kind) + ue(0) + self.frame_number
        if self.is_idr:
            text += ue(self.idr_id)
        if self.kind % 5 == P:
            text += "00"  # default number of references, their order unchanged
        text += "00" if self.is_idr else "0"  # reference marking as usual
        text += se(self.qp_delta) + ue(self.deblocking)
        return text if self.deblocking == 1 else text + se(self.alpha) + se(self.beta)


def read_slice(unit: bytes, frame_bits: int) -> tuple[SliceHeader, str]:
    """A slice's header, and the bits that follow it."""
    bits = Bits(unescape(unit[1:]))
    first, kind, parameters = bits.ue(), bits.ue(), bits.ue()
    header = SliceHeader(unit[0], first, kind, u(bits.u(frame_bits), frame_bits))
    idr_id = bits.ue() if header.is_idr else 0
    fixed = bits.u(2) if kind % 5 == P else 0
    fixed |= bits.u(2 if header.is_idr else 1)
    if parameters or fixed or kind % 5 not in (P, I) or not unit[0] >> 5:
        raise Unexpected("a slice with other parameters, references or marking")
    qp_delta, deblocking = bits.se(), bits.ue()
    alpha, beta = (bits.se(), bits.se()) if deblocking != 1 else (0, 0)
    return (
        replace(header, idr_id=idr_id, qp_delta=qp_delta, deblocking=deblocking, alpha=alpha, beta=beta),
        bits.rest(),
    )


def write_slice(header: SliceHeader, rest: str) -> bytes:
    """The NAL unit of a slice: CAVLC data has no alignment, so any header may precede it."""
    body = (header.bits() + rest).rstrip("0")  # ends with rbsp_stop_one_bit
    return bytes([header.nal]) + escape(to_bytes(body))


def skipped_slice(scene: SliceHeader, first_macroblock: int, macroblocks: int) -> bytes:
    """A P slice beside `scene` whose macroblocks all stay as in the picture before (7.3.4: one mb_skip_run)."""
    header = replace(scene, first_macroblock=first_macroblock, qp_delta=0, deblocking=1, alpha=0, beta=0)
    return write_slice(header, ue(macroblocks) + "1")


def slices(units: list[bytes]) -> Iterator[bytes]:
    return (unit for unit in units if nal_type(unit) in (SLICE_P, SLICE_IDR))
