/**
 * WebAuthn's bytes as JSON and back (Web Authentication Level 3, section 5.1: bytes are base64url). Browsers from 2024 on
 * do this themselves; older phones do not.
 */

// biome-ignore lint/suspicious/noExplicitAny: the shape is the specification's, and the house's server made it.
export type Options = any;

export function bytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

export function text(buffer: ArrayBuffer): string {
  const plain = btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));
  return plain.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function withIds(list: Options[] | undefined): PublicKeyCredentialDescriptor[] {
  return (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));
}

/** What `navigator.credentials.create` wants. */
export function offered(options: Options): PublicKeyCredentialCreationOptions {
  return {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: withIds(options.excludeCredentials),
  };
}

/** What `navigator.credentials.get` wants. */
export function asked(options: Options): PublicKeyCredentialRequestOptions {
  return { ...options, challenge: bytes(options.challenge), allowCredentials: withIds(options.allowCredentials) };
}

/** What the server reads. */
export function told(credential: PublicKeyCredential): unknown {
  const { id, type, rawId, response } = credential;
  const written: Record<string, unknown> = { clientDataJSON: text(response.clientDataJSON) };
  if (response instanceof AuthenticatorAttestationResponse) {
    written.attestationObject = text(response.attestationObject);
    written.transports = response.getTransports?.() ?? [];
  } else if (response instanceof AuthenticatorAssertionResponse) {
    written.authenticatorData = text(response.authenticatorData);
    written.signature = text(response.signature);
    written.userHandle = response.userHandle ? text(response.userHandle) : null;
  }
  return {
    id,
    rawId: text(rawId),
    type,
    response: written,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}
