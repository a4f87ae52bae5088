import type { ProxySettings } from "../transfer-settings.ts";

/** The proxy for a URL, or null for none: what `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` mean everywhere. Pure. */
export function chooseProxy(url: URL, { http, https, no }: ProxySettings): string | null {
  const proxy = url.protocol === "https:" ? https : http;
  if (proxy === null || proxy === "" || isExempt(url, no ?? "")) return null;
  // `HTTP_PROXY=host:3128` is common.
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
}

function isExempt(url: URL, no: string): boolean {
  const host = url.hostname.toLowerCase();
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  return no
    .toLowerCase()
    .split(/[,\s]+/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      if (entry === "*") return true;
      // A bracketed IPv6 address keeps its colons.
      const match = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(entry);
      const [, name = entry, itsPort] = match ?? [];
      if (itsPort !== undefined && itsPort !== port) return false;
      const domain = name.replace(/^\*?\./, "");
      return host === domain || host.endsWith(`.${domain}`) || host === `[${domain}]`;
    });
}
