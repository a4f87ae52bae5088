/** A real Chromium that reaches nothing but this machine, and pages whose troubles are not overlooked. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { chromium } from "playwright-core";

const EXECUTABLE = "/usr/bin/chromium";
const ARGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** What a server that is away makes the browser say; everything else is a fault of the page. */
const EXPECTED =
  /net::ERR_(?:CONNECTION_(?:REFUSED|RESET|CLOSED|ABORTED)|SOCKET_NOT_CONNECTED|INCOMPLETE_CHUNKED_ENCODING|FAILED|EMPTY_RESPONSE)/;

/** Whatever is waited for on a page and takes longer than this hangs; busy machines need seconds. Milliseconds. */
export const HANGS_MS = 180_000;

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, args: ARGS, timeout: HANGS_MS });
}

export interface Visit {
  context: BrowserContext;
  page: Page;
  /** Exceptions, errors on the console and breaches of the Content-Security-Policy so far. */
  troubles: string[];
}

/** Opens the page of a server in a fresh browser profile. */
export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: "reduce",
    ...options,
  });
  context.setDefaultTimeout(HANGS_MS);
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on("pageerror", (error) => troubles.push(`exception: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() !== "error" && message.type() !== "warning") return;
    // An answer that refuses something is the server's word, and is told on the page.
    if (EXPECTED.test(message.text()) || /the server responded with a status of 4\d\d/.test(message.text()))
      return;
    troubles.push(`${message.type()}: ${message.text()}`);
  });
  await page.goto(url);
  return { context, page, troubles };
}
