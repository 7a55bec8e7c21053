/** What a peer connection does not say by itself. Knows no DOM. */

/**
 * Call `act` when the other side hangs up. A connection whose DTLS was closed in an orderly way counts as "connected" for
 * ever (W3C WebRTC, RTCPeerConnectionState); only its transport knows. To be called once the answer is applied.
 */
export function onHangUp(connection: RTCPeerConnection, act: () => void): void {
  const transport = connection.getTransceivers()[0]?.receiver.transport;
  transport?.addEventListener("statechange", () => {
    if (transport.state === "closed") act();
  });
}
