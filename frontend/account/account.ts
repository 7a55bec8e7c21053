import { part, say } from "../shared/texts";
import { asked, type Options, offered, told } from "./credentials";

/**
 * `<passkey-button ceremony="create|get" source>`: asks the device for a passkey and sends what it answers with the form
 * around it. The challenge stands inside as JSON, or is fetched from `source` at the press of the button.
 */
class PasskeyButton extends HTMLElement {
  connectedCallback(): void {
    if (!window.PublicKeyCredential) return;
    part(this, "without").hidden = true;
    const button = part<HTMLButtonElement>(this, "button");
    button.hidden = false;
    button.addEventListener("click", () => this.press(button));
  }

  private async press(button: HTMLButtonElement): Promise<void> {
    button.disabled = true;
    part(this, "said").replaceChildren();
    try {
      const credential = await this.ask(await this.options());
      const field = this.querySelector<HTMLInputElement>("input[name=credential]");
      if (!credential || !field?.form) throw new Error("no credential");
      field.value = JSON.stringify(told(credential as PublicKeyCredential));
      field.form.submit();
    } catch (error) {
      button.disabled = false;
      say(this, part(this, "said"), reason(error));
    }
  }

  private ask(options: Options): Promise<Credential | null> {
    return this.getAttribute("ceremony") === "create"
      ? navigator.credentials.create({ publicKey: offered(options) })
      : navigator.credentials.get({ publicKey: asked(options) });
  }

  private async options(): Promise<Options> {
    const source = this.getAttribute("source");
    if (!source) return JSON.parse(this.querySelector('script[type="application/json"]')?.textContent ?? "").publicKey;
    const answer = await fetch(source, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${source}: ${answer.status}`);
    return (await answer.json()).request_options.publicKey;
  }
}

function reason(error: unknown): string {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "AbortError") return "refused";
  return name === "InvalidStateError" ? "known" : "failed";
}

customElements.define("passkey-button", PasskeyButton);
