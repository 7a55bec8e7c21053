"""Offers as browsers and encoders write them, shortened to what matters."""

FINGERPRINT = ":".join(["AB"] * 32)


def offer(*sections: str, session: str = "") -> str:
    mids = " ".join(str(place) for place in range(len(sections)))
    head = f"v=0\no=- 1 2 IN IP4 127.0.0.1\ns=-\nt=0 0\na=group:BUNDLE {mids}\n{session}"
    return (head + "".join(sections)).replace("\n", "\r\n")


def transport(setup: str = "actpass") -> str:
    return (
        f"a=ice-ufrag:abcd\na=ice-pwd:abcdefghijklmnopqrstuvwx\na=fingerprint:sha-256 {FINGERPRINT}\n"
        f"a=setup:{setup}\na=rtcp-mux\n"
    )


AUDIO = (
    "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8\nc=IN IP4 0.0.0.0\na=mid:0\na=sendonly\n"
    + transport()
    + "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\n"
    "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\n"
    "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\n"
    "a=rtpmap:111 opus/48000/2\na=rtcp-fb:111 transport-cc\na=fmtp:111 minptime=10;useinbandfec=1\n"
    "a=rtpmap:63 red/48000/2\na=fmtp:63 111/111\na=rtpmap:9 G722/8000\na=rtpmap:0 PCMU/8000\na=rtpmap:8 PCMA/8000\n"
)


def h264(number: int, profile: str, mode: int = 1) -> str:
    feedback = "".join(
        f"a=rtcp-fb:{number} {name}\n" for name in ("goog-remb", "transport-cc", "ccm fir", "nack", "nack pli")
    )
    return (
        f"a=rtpmap:{number} H264/90000\n{feedback}"
        f"a=fmtp:{number} level-asymmetry-allowed=1;packetization-mode={mode};profile-level-id={profile}\n"
        f"a=rtpmap:{number + 1} rtx/90000\na=fmtp:{number + 1} apt={number}\n"
    )


VIDEO = (
    "m=video 9 UDP/TLS/RTP/SAVPF 96 97 103 104 107 108 109 110 114 115\nc=IN IP4 0.0.0.0\na=mid:1\na=sendonly\n"
    + transport()
    + "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\n"
    "a=extmap:13 urn:3gpp:video-orientation\n"
    "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\n"
    "a=rtpmap:96 VP8/90000\na=rtpmap:97 rtx/90000\na=fmtp:97 apt=96\n"
    + h264(103, "42001f")
    + h264(107, "42e01f", mode=0)
    + h264(109, "42e01f")
    + h264(114, "4d001f")
    + "a=ssrc-group:FID 1 2\na=ssrc:1 cname:x\na=ssrc:2 cname:x\n"
)

CHROMIUM_PUBLISHES = offer(AUDIO, VIDEO)
CHROMIUM_WATCHES = CHROMIUM_PUBLISHES.replace("a=sendonly", "a=recvonly")

FIREFOX_WITHOUT_H264 = offer(
    AUDIO.replace("sendonly", "recvonly"),
    "m=video 9 UDP/TLS/RTP/SAVPF 120 124\nc=IN IP4 0.0.0.0\na=mid:1\na=recvonly\n"
    + transport()
    + "a=rtpmap:120 VP8/90000\na=rtpmap:124 rtx/90000\na=fmtp:124 apt=120\n",
)

OBS = offer(
    "m=audio 9 UDP/TLS/RTP/SAVPF 111\nc=IN IP4 0.0.0.0\na=mid:0\na=sendonly\na=ssrc:1 cname:obs\n"
    "a=ssrc:1 msid:s s-audio\n"
    "a=msid:s s-audio\na=rtcp-mux\na=rtpmap:111 opus/48000/2\n"
    "a=fmtp:111 minptime=10;maxaveragebitrate=96000;stereo=1;sprop-stereo=1;useinbandfec=1\n",
    "m=video 9 UDP/TLS/RTP/SAVPF 96\nc=IN IP4 0.0.0.0\na=mid:1\na=sendonly\na=ssrc:2 cname:obs\n"
    "a=ssrc:2 msid:s s-video\n"
    "a=msid:s s-video\na=rtcp-mux\na=rtpmap:96 H264/90000\na=rtcp-fb:96 nack\na=rtcp-fb:96 nack pli\n"
    "a=rtcp-fb:96 goog-remb\na=fmtp:96 profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1\n",
    session="a=group:LS 0 1\na=msid-semantic:WMS *\na=setup:actpass\na=ice-ufrag:jnwv\n"
    f"a=ice-pwd:JH1kVeQtRTHi+Ts8xnOmXg\na=ice-options:ice2,trickle\na=fingerprint:sha-256 {FINGERPRINT}\n",
)
"""OBS 30 (libdatachannel): transport at session level, no candidates."""

FFMPEG = offer(
    "m=audio 9 UDP/TLS/RTP/SAVPF 111\nc=IN IP4 0.0.0.0\n"
    + transport("passive")
    + "a=mid:0\na=sendonly\na=msid:FFmpeg audio\na=rtpmap:111 opus/48000/2\na=ssrc:1 cname:FFmpeg\n"
    "a=ssrc:1 msid:FFmpeg audio\n",
    "m=video 9 UDP/TLS/RTP/SAVPF 106\nc=IN IP4 0.0.0.0\n"
    + transport("passive")
    + "a=mid:1\na=sendonly\na=msid:FFmpeg video\na=rtcp-rsize\na=rtpmap:106 H264/90000\n"
    "a=fmtp:106 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=64001f\na=ssrc:2 cname:FFmpeg\n",
    session="a=extmap-allow-mixed\na=msid-semantic: WMS\n",
)
"""ffmpeg's whip muxer: passive, no retransmission stream."""

GSTREAMER = offer(
    "m=video 9 UDP/TLS/RTP/SAVPF 96 97\nc=IN IP4 0.0.0.0\n"
    + transport()
    + "a=mid:0\na=sendonly\na=rtcp-mux-only\na=rtpmap:96 H264/90000\na=rtcp-fb:96 nack\na=rtcp-fb:96 nack pli\n"
    "a=rtcp-fb:96 ccm fir\na=rtcp-fb:96 transport-cc\na=rtpmap:97 rtx/90000\na=fmtp:97 apt=96\n"
    "a=fmtp:96 packetization-mode=1;profile-level-id=42c01f;sprop-parameter-sets=Z0LAH4yNQA==,aM48gA==\n"
    "a=extmap:1 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\n"
    "a=candidate:1 1 UDP 2015363327 192.0.2.9 50000 typ host\n"
    "a=candidate:2 1 TCP 1015021823 192.0.2.9 9 typ host tcptype active\n"
    "a=end-of-candidates\n",
)
"""GStreamer's whipclientsink, picture alone."""
