/** An address as people say it: `example.org/x.bin`, without a scheme. Pure. */

/** What a copied word may stand in. */
const WRAPPED = /^(?:"(.*)"|'(.*)'|`(.*)`|<(.*)>|\((.*)\)|“(.*)”)$/;
/** Host or IPv6 address in brackets, port, and a path that names something. */
const PARTS = /^(\[[0-9a-f:.]+\]|[a-z0-9][a-z0-9.-]*)(:\d{1,5})?\/[^/\s]\S*$/i;
const NAME = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z-]*[a-z]$/i;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** Networks where nobody has a certificate: loopback, private and link-local (RFC 1918, 3927, 4193, 6762). */
const NEAR =
  /^(?:localhost|127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|\[::1\]|\[f[cd]|\[fe80:)|\.(?:local|lan|localhost|internal)$/i;

/**
 * The address that is meant by a word that is no source as it stands, or null. To ask only where nothing else is
 * known by that name: `sd1.5/vae` may be a model.
 */
export function guessAddress(source: string): string | null {
  const words = source.trim();
  const word =
    WRAPPED.exec(words)
      ?.slice(1)
      .find((inside) => inside !== undefined) ?? words;
  const [, host, port] = PARTS.exec(word) ?? [];
  if (host === undefined) return null;
  const isHost = NAME.test(host) || IPV4.test(host) || host.startsWith("[") || host === "localhost";
  // `gpu:8080/x.bin`: only a machine nearby has a name without a dot.
  if (!isHost && (port === undefined || host.includes("."))) return null;
  return `${NEAR.test(host) || !isHost ? "http" : "https"}://${word}`;
}
