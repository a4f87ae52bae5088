/**
 * Parts of the page that are fetched when they are wanted. The server may be away just then: what was asked for opens
 * when it is back, and what is shown meanwhile stays. Only what a server that is there does not have is a fault.
 */

/** Between two tries while the server is away. Milliseconds. */
const RETRY_MS = 1_000;

/** Styles that did not come. One that is still on its way is left alone: somebody waits for its load. */
const failedStyles = new Set<HTMLLinkElement>();
/** Those put in anew, until they are there or have failed again. */
const styleLoads = new Set<Promise<unknown>>();

export async function fetchPart<T>(load: () => Promise<T>): Promise<T> {
  // Once, however often it is called.
  addEventListener("error", noteFailedStyle, true);
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

function noteFailedStyle({ target }: Event): void {
  if (target instanceof HTMLLinkElement && target.rel === "stylesheet") failedStyles.add(target);
}

/** A part's styles are asked for once and never again, though they did not come: those are put in anew. */
async function fetchStylesAgain(): Promise<void> {
  for (const link of failedStyles) {
    failedStyles.delete(link);
    if (!link.isConnected) continue;
    const again = link.cloneNode() as HTMLLinkElement;
    const load = new Promise((resolve) => {
      again.addEventListener("load", resolve);
      again.addEventListener("error", resolve);
    }).finally(() => styleLoads.delete(load));
    styleLoads.add(load);
    link.replaceWith(again);
  }
  // Also those of another part that waits at the same time: they may be of this one, too.
  await Promise.all(styleLoads);
}
