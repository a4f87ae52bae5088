/** Puts text on the clipboard; also where the page came over plain HTTP from another machine. */
export async function copyText(text: string): Promise<boolean> {
  try {
    // Browsers offer this to secure contexts only.
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.setAttribute("readonly", "");
  area.style.cssText = "position:fixed;opacity:0;pointer-events:none";
  const focused = document.activeElement;
  // Inside an open dialog: its focus trap would take the focus back from elsewhere.
  (focused?.closest("[role='dialog']") ?? document.body).append(area);
  area.select();
  // Deprecated, and all there is without a secure context.
  // oxlint-disable-next-line typescript/no-deprecated
  const copied = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}
