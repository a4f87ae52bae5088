/**
 * Parts of the page that are fetched when they are wanted. The server may be away just then: what was asked for opens
 * when it is back, and what is shown meanwhile stays. Only what a server that is there does not have is a fault.
 */

/** Between two tries while the server is away. Milliseconds. */
const RETRY_MS = 1_000;

export async function fetchPart<T>(load: () => Promise<T>): Promise<T> {
  for (let faults = 0; ;) {
    try {
      return await load();
    } catch (error) {
      // It may have come back since. Another version of it has parts of other names: there a new start of the page helps.
      if (await serverIsThere()) faults += 1;
      if (faults === 2) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      await fetchStylesAgain();
    }
  }
}

async function serverIsThere(): Promise<boolean> {
  const [answer] = await Promise.allSettled([fetch("./health", { cache: "no-store" })]);
  return answer.status === "fulfilled" && answer.value.ok;
}

/** A part's styles are asked for once and never again, though they did not come: those are put in anew. */
async function fetchStylesAgain(): Promise<void> {
  const missing = [...document.head.querySelectorAll<HTMLLinkElement>("link[rel='stylesheet']")].filter(
    ({ sheet }) => sheet === null,
  );
  await Promise.all(
    missing.map(async (link) => {
      const again = link.cloneNode() as HTMLLinkElement;
      const over = new Promise((resolve) => {
        again.addEventListener("load", resolve);
        again.addEventListener("error", resolve);
      });
      link.replaceWith(again);
      await over;
    }),
  );
}
