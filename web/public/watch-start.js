// Sees to it that the page begins. A script or a style that does not come would leave the outline of the page for ever:
// it is loaded anew as soon as the server answers, and somebody is told where that does not help or takes long.
(() => {
  /** Without a page for so long, one is told that it takes long. Milliseconds. */
  const LONG_MS = 15_000;
  /** Between two looks whether the server is there. Milliseconds. */
  const LOOK_EVERY_MS = 1_000;
  /** Starts in a row that fail, before a person is to ask for the next one. */
  const MOST_STARTS = 3;
  /** How many starts have failed in a row; of this tab. */
  const KEPT_AS = "haulyard-failed-starts";

  // The page's own words are not there yet. What is chosen is kept by src/words/languages.ts.
  const WORDS = {
    en: {
      long: "Haulyard takes long to load.",
      away: "The server does not answer. The page goes on as soon as it does.",
      broken: "Haulyard could not be loaded.",
      again: "Load it again",
    },
    de: {
      long: "Haulyard braucht lange, um zu laden.",
      away: "Der Server antwortet nicht. Die Seite geht weiter, sobald er es tut.",
      broken: "Haulyard konnte nicht geladen werden.",
      again: "Neu laden",
    },
  };

  let failed = false;
  /** @type {HTMLElement | null} */
  let notice = null;
  const late = setTimeout(() => show("long"), LONG_MS);
  const begun = new MutationObserver(() => {
    if (document.querySelector("#root > :not(style, script)") === null) return;
    begun.disconnect();
    clearTimeout(late);
    removeEventListener("error", onError, true);
    removeEventListener("haulyard-failed-start", onFailure);
    // Without one of its styles it begins as well, and has failed all the same.
    if (failed) return;
    notice?.remove();
    keepFailures(0);
  });
  begun.observe(document, { childList: true, subtree: true });
  addEventListener("error", onError, true);
  // Of src/main.tsx: what it imports later on did not come.
  addEventListener("haulyard-failed-start", onFailure);

  /**
   * A preload that fails is asked for once more by whoever needs it.
   * @param {Event} event
   */
  function onError({ target }) {
    const isStyle = target instanceof HTMLLinkElement && target.rel === "stylesheet";
    const address = isStyle ? target.href : target instanceof HTMLScriptElement ? target.src : "";
    // Extensions of the browser put in what is not ours, and is refused.
    if (address.startsWith(new URL(".", document.baseURI).href)) onFailure();
  }

  function onFailure() {
    void fail();
  }

  async function fail() {
    if (failed) return;
    failed = true;
    clearTimeout(late);
    const failures = readFailures() + 1;
    if (failures > MOST_STARTS || !keepFailures(failures)) return show("broken");
    while (!(await serverIsThere())) {
      show("away");
      await pause();
    }
    // It may be on its way back, and not there for every request yet.
    await pause();
    location.reload();
  }

  async function serverIsThere() {
    try {
      return (await fetch("./health", { cache: "no-store" })).ok;
    } catch {
      return false;
    }
  }

  function pause() {
    return new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }

  /**
   * @param {"long" | "away" | "broken"} what
   * @returns {void}
   */
  function show(what) {
    if (document.readyState === "loading")
      return addEventListener("DOMContentLoaded", () => show(what), { once: true });
    const words = WORDS[language()];
    if (notice === null) {
      notice = document.createElement("div");
      notice.className = "start-notice floating-notice";
      notice.role = "alert";
      const again = document.createElement("button");
      again.type = "button";
      again.textContent = words.again;
      again.addEventListener("click", () => {
        keepFailures(0);
        location.reload();
      });
      notice.append(document.createElement("p"), again);
      document.body.append(notice);
    }
    if (notice.firstChild !== null) notice.firstChild.textContent = words[what];
  }

  /** @returns {"en" | "de"} */
  function language() {
    const kept = read(() => localStorage.getItem("haulyard.language"));
    for (const name of kept === null ? navigator.languages : [kept, ...navigator.languages]) {
      const code = name.toLowerCase().split("-")[0];
      if (code === "en" || code === "de") return code;
    }
    return "en";
  }

  function readFailures() {
    return Number(read(() => sessionStorage.getItem(KEPT_AS)) ?? 0);
  }

  /**
   * Answers whether it could be kept: uncounted starts could go on for ever.
   * @param {number} failures
   */
  function keepFailures(failures) {
    return (
      read(() => {
        if (failures === 0) sessionStorage.removeItem(KEPT_AS);
        else sessionStorage.setItem(KEPT_AS, String(failures));
        return true;
      }) ?? false
    );
  }

  /**
   * What storage says, or null where it is switched off.
   * @template T
   * @param {() => T} from
   */
  function read(from) {
    try {
      return from();
    } catch {
      return null;
    }
  }
})();
