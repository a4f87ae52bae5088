/** How long a button says that it has copied. Milliseconds. */
const SAID_MS = 1_500;

/** A button on every block of code. */
export function offerCopies(): void {
  // Only pages that came over TLS or from this machine may use the clipboard.
  if (!isSecureContext) return;
  for (const block of document.querySelectorAll("article pre")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.addEventListener("click", () => {
      void navigator.clipboard.writeText(block.querySelector("code")?.textContent ?? "").then(
        () => say(button, "Copied"),
        () => say(button, "Not allowed"),
      );
    });
    const frame = document.createElement("div");
    frame.className = "code";
    block.replaceWith(frame);
    frame.append(block, button);
  }
}

function say(button: HTMLButtonElement, text: string): void {
  button.textContent = text;
  setTimeout(() => (button.textContent = "Copy"), SAID_MS);
}
