"""Viewers in a process of their own: many that only count what arrives, and one that decrypts and checks it.

A counting viewer shakes hands like any player, answers for its presence and reports once a second that all is well.
What arrives it leaves in the kernel's buffer and counts twenty times a second in bulk, so that 200 of them cost little.
"""

import asyncio
import contextlib
import json
import socket
from typing import Any

from aiortc.rtp import RtcpReceiverInfo

from streaming.artists import sdp
from streaming.artists.door import Door
from streaming.artists.line import Line, own_address
from streaming.relay.feedback import bitrate_limit, receiver_report
from streaming.relay.packet import read
from tests.bench.checking import Heard, decoded, find_hop, from_keyframe, missing, pictures
from tests.bench.children import answer_questions
from tests.bench.stream import stream
from tests.cast import ask, until
from tests.player import is_media, watching_offer

DRAINS_PER_SECOND = 20
AT_ONCE = 8
BUFFER = 1 << 20
SCRATCH = bytearray(2048)
OWN_SSRC = 1
PLENTY = 20_000_000


def all_well(ssrcs: list[int]) -> bytes:
    """A report of no losses, and of a line that carries plenty."""
    blocks = [RtcpReceiverInfo(ssrc, 0, 0, 0, 0, 0, 0) for ssrc in ssrcs]
    return receiver_report(OWN_SSRC, blocks) + bitrate_limit(OWN_SSRC, PLENTY, ssrcs)


class Viewer(Line):
    """Counts what arrives."""

    def __init__(self, address: str) -> None:
        super().__init__(lambda compound: None)
        self.packets = 0
        self.session = ""
        self._door = Door(address, "")
        self._report = b""

    async def offer(self) -> str:
        """Ask for a seat; the answer."""
        own = self.open(await asyncio.to_thread(own_address, self._door.host))
        for one in self._sockets.values():  # a burst since the last keyframe may come while others shake hands
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        self.session, answer = await self._door.post(watching_offer(self, own))
        return answer

    async def join(self) -> None:
        answer = await self.offer()
        await self.connect(sdp.read_answer(answer))
        ssrcs = [int(line[7:].split()[0]) for line in answer.splitlines() if line.startswith("a=ssrc:")]
        self._report = all_well(list(dict.fromkeys(ssrcs)))
        self.sit_down()

    def sit_down(self) -> None:
        """From now on what arrives waits for `count`."""
        asyncio.get_running_loop().remove_reader(self._socket)

    def count(self) -> None:
        receive, packets = self._socket.recv_into, 0
        with contextlib.suppress(BlockingIOError):
            while size := receive(SCRATCH):
                if is_media(SCRATCH):
                    packets += 1
                elif SCRATCH[0] < 64:
                    self._hear(bytes(SCRATCH[:size]), self._socket, self._socket.getpeername()[:2])
        self.packets += packets

    def report(self) -> None:
        self.send_rtcp(self._report)

    async def leave(self) -> None:
        await self.close()
        await self._door.delete(self.session)


class Checker(Viewer):
    """Decrypts each packet when it arrives and keeps it, to be checked when the measurement is over."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.kept: list[Heard] = []

    def sit_down(self) -> None:
        """Goes on reading at once."""

    def count(self) -> None:
        """Counted already."""

    def _hear(self, datagram: bytes, one: socket.socket, source: Any) -> None:
        if not is_media(datagram):
            super()._hear(datagram, one, source)
        elif self._dtls._rx_srtp is not None:
            self.packets += 1
            rtp = read(self._dtls._rx_srtp.unprotect(datagram))
            self.kept.append(Heard(asyncio.get_running_loop().time(), rtp))

    def heard(self, kind: int) -> list[Heard]:
        return [one for one in self.kept if one.rtp.payload_type == kind]


class Audience:
    def __init__(self) -> None:
        self.viewers: list[Viewer] = []
        self.checker: Checker | None = None

    async def attend(self) -> None:
        """Count and report for ever; the reports are spread over the second."""
        turn = 0
        while True:
            await asyncio.sleep(1 / DRAINS_PER_SECOND)
            for viewer in self.viewers:
                viewer.count()
            for viewer in self.viewers[turn % DRAINS_PER_SECOND :: DRAINS_PER_SECOND]:
                viewer.report()
            turn += 1

    # --- questions --------------------------------------------------------------------------------------------------

    async def join(self, address: str, count: int, check: bool = False) -> dict[str, Any]:
        """So many more come in, a few at once; with `check` one of them is the checker."""
        coming = [Viewer(address) for _ in range(count - check)]
        if check:
            self.checker = Checker(address)
            coming.append(self.checker)
        for start in range(0, count, AT_ONCE):
            await asyncio.gather(*(viewer.join() for viewer in coming[start : start + AT_ONCE]))
            self.viewers += coming[start : start + AT_ONCE]
        return {}

    async def leave(self) -> dict[str, Any]:
        leaving, self.viewers, self.checker = self.viewers, [], None
        await asyncio.gather(*(viewer.leave() for viewer in leaving))
        return {}

    async def count(self) -> dict[str, Any]:
        for viewer in self.viewers:
            viewer.count()
        return {"packets": sum(viewer.packets for viewer in self.viewers)}

    async def names(self) -> dict[str, Any]:
        """What the first viewer's checks bear for a user name (RFC 8445 section 7.2.2)."""
        line = self.viewers[0]
        return {"user": f"{line._remote.ufrag}:{line.ufrag}"}

    async def check(self) -> dict[str, Any]:
        """What the checker heard since it joined, or since the last question."""
        video, audio = self.checker.heard(sdp.VIDEO_TYPE), self.checker.heard(sdp.AUDIO_TYPE)
        self.checker.kept.clear()
        whole = from_keyframe(pictures(video))
        return {
            "packets": len(video) + len(audio),
            "missing": missing(video) + missing(audio),
            "pictures": len(whole),
            "decoded": await asyncio.to_thread(decoded, whole),
        }

    async def hop(self, door: str, stage: str, plays: str) -> dict[str, Any]:
        """The checker goes to another stage, which plays that stream: seconds until there is a picture."""
        self.checker.kept.clear()
        await until(lambda: self.checker.heard(sdp.VIDEO_TYPE), "a picture of the old stage")
        parameters = stream(plays).parameters
        commanded = asyncio.get_running_loop().time()
        answer = await ask("POST", f"{door}/hop/{self.checker.session.rpartition('/')[2]}/{stage}", "")
        hop = await until(
            lambda: find_hop(self.checker.heard(sdp.VIDEO_TYPE), parameters), "a picture of the new stage"
        )
        await asyncio.sleep(0.1)
        return {
            **json.loads(answer.text),
            "to_picture": hop.first_new - commanded,
            "between": hop.first_new - hop.last_old,
            "step": hop.step,
            "missing": missing(self.checker.heard(sdp.VIDEO_TYPE)) + missing(self.checker.heard(sdp.AUDIO_TYPE)),
        }


async def watch() -> None:
    audience = Audience()
    attending = asyncio.create_task(audience.attend())
    questions = (audience.join, audience.leave, audience.count, audience.names, audience.check, audience.hop)
    await answer_questions({}, **{question.__name__: question for question in questions})
    attending.cancel()


if __name__ == "__main__":
    asyncio.run(watch())
