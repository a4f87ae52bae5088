/** Notifications of this browser: asked for by a click, shown while nobody looks at the page. */
import { useEffect, useSyncExternalStore } from "react";
import { useServer } from "../data/server.tsx";
import { countNews, findNews, newestOf, NO_NEWS, wordNews } from "./news.ts";

const KEY = "haulyard-notify";
/** What ends within this time is one notification. */
const GATHER_MS = 3_000;
/** The same in every tab: of several only the newest is seen. */
const TAG = "haulyard-downloads";

export type BrowserNews = "unsupported" | "blocked" | "off" | "on";

const listeners = new Set<() => void>();

export function browserNews(): BrowserNews {
  // Browsers offer it on loopback and over https only.
  if (!("Notification" in window) || !window.isSecureContext) return "unsupported";
  if (Notification.permission === "denied") return "blocked";
  return Notification.permission === "granted" && isWanted() ? "on" : "off";
}

export function useBrowserNews(): BrowserNews {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, browserNews);
}

/** Asks for the permission if need be: only a click may. */
export async function switchBrowserNews(on: boolean): Promise<void> {
  if (on && Notification.permission === "default") await Notification.requestPermission();
  try {
    if (on) localStorage.setItem(KEY, "on");
    else localStorage.removeItem(KEY);
  } catch {
    // A browser that keeps nothing has it until the page is left.
  }
  for (const listener of listeners) listener();
}

function isWanted(): boolean {
  try {
    return localStorage.getItem(KEY) === "on";
  } catch {
    return false;
  }
}

/** Watches the jobs for as long as notifications are on. */
export function BrowserNewsWatch(): null {
  const state = useBrowserNews();
  const { live } = useServer();
  useEffect(() => {
    if (state !== "on") return undefined;
    const begun = live.getSnapshot();
    let known = begun.jobs;
    // Before the first snapshot nothing is known, and all of it is old.
    let since = begun.ready ? newestOf(known) : null;
    let news = NO_NEWS;
    let timer: number | undefined;
    const tell = (): void => {
      timer = undefined;
      const told = news;
      news = NO_NEWS;
      // Whoever looks at the page sees it there.
      if (document.hidden && countNews(told) > 0) show(wordNews(told));
    };
    const unsubscribe = live.subscribe(() => {
      const { jobs, ready } = live.getSnapshot();
      if (!ready) return;
      if (since === null) since = newestOf(jobs);
      else news = findNews(known, jobs, news, since);
      known = jobs;
      if (countNews(news) > 0) timer ??= window.setTimeout(tell, GATHER_MS);
    });
    return () => {
      unsubscribe();
      window.clearTimeout(timer);
    };
  }, [state, live]);
  return null;
}

function show({ title, body }: { title: string; body: string }): void {
  try {
    const shown = new Notification(title, { body, tag: TAG, icon: "./favicon.svg" });
    shown.addEventListener("click", () => {
      window.focus();
      shown.close();
    });
  } catch {
    // Chrome on Android knows the name and refuses to do it.
  }
}
