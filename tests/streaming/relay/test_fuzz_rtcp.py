"""RTCP of any bytes at all: read or nothing, and nothing in it beyond what the wire can say."""

from hypothesis import given

from streaming.relay.feedback import (
    BitrateLimit,
    Nack,
    PictureRequest,
    ReceptionReport,
    Report,
    SenderReport,
    read_reports,
)
from tests.fuzzing import damaged, steadily
from tests.packets import packets

PER_ENTRY = 17
"""Packets that four bytes of a NACK can ask for (RFC 4585 section 6.2.1)."""


def is_sayable(report: Report) -> bool:
    match report:
        case Nack(ssrc, lost):
            return ssrc >> 32 == 0 and all(number >> 16 == 0 for number in lost)
        case ReceptionReport(ssrc, lost, highest, last_report, since_then):
            counts = (ssrc, highest, last_report, since_then)
            return -(1 << 23) <= lost < 1 << 23 and all(count >> 32 == 0 for count in counts)
        case SenderReport(ssrc, ntp, timestamp):
            return ssrc >> 32 == ntp >> 64 == timestamp >> 32 == 0
        case BitrateLimit(bits_per_second):
            return bits_per_second >= 0
        case PictureRequest():
            return True
    return False


@steadily(600)
@given(damaged(packets("rtcp")))
def test_reports_are_within_bounds_whatever_was_sent(data):
    reports = read_reports(data)
    assert all(map(is_sayable, reports))
    asked = sum(len(report.lost) for report in reports if isinstance(report, Nack))
    assert asked <= PER_ENTRY * len(data) // 4


def test_every_kind_of_report_is_among_what_is_kept():
    heard = {type(report) for data in packets("rtcp") for report in read_reports(data)}
    assert heard == {SenderReport, ReceptionReport, Nack, PictureRequest, BitrateLimit}
