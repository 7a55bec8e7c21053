/** A text with a button that copies it. Without this script the text can still be marked and copied by hand. */
class CopyText extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector<HTMLButtonElement>("[data-part=copy]");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => this.copy());
  }

  private async copy(): Promise<void> {
    const text = this.querySelector<HTMLInputElement | HTMLTextAreaElement>("input, textarea");
    const said = this.querySelector<HTMLElement>("[data-part=said]");
    if (!text || !said) return;
    try {
      // Absent on pages that came without encryption.
      await navigator.clipboard.writeText(text.value);
      said.textContent = said.dataset.copied ?? "";
    } catch {
      text.focus();
      text.select();
      said.textContent = said.dataset.refused ?? "";
    }
  }
}

customElements.define("copy-text", CopyText);
