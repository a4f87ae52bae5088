/** Mail over SMTP. */
import { Socket } from "node:net";
import type { ChannelSettings } from "../job/notify/channel.ts";
import type { Delivery } from "../job/notify/delivery.ts";
import type { Wording } from "../job/notify/digest.ts";
import { redactText } from "../job/redact.ts";

/** Milliseconds until a server has to greet, and to answer each command. */
const SMTP_TIMEOUT_MS = 20_000;

const LATE = "The mail server was not done in time.";

/** @param id stays the same for every try: the `Message-ID`, by which mail programs show a message once */
export async function sendMail(
  { url, from, to }: Extract<ChannelSettings, { kind: "mail" }>,
  id: string,
  { title, lines, isUrgent }: Wording,
  signal: AbortSignal,
): Promise<Delivery> {
  // Few send mail: nobody else loads it.
  const { createTransport } = await import("nodemailer");
  // Of our own: its timeouts begin anew with every line, so that a server that dribbles is never late for them.
  const socket = new Socket();
  const transport = createTransport({
    ...serverOf(url),
    socket,
    connectionTimeout: SMTP_TIMEOUT_MS,
    greetingTimeout: SMTP_TIMEOUT_MS,
    socketTimeout: SMTP_TIMEOUT_MS,
    // Nothing of a message is read from files or addresses.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const { promise: late, reject } = Promise.withResolvers<never>();
  late.catch(() => {});
  const giveUp = (): void => {
    reject(new Error(LATE));
    // The name of the server may still be looked up: then it is connected to after this.
    socket.on("connect", () => socket.destroy());
    socket.destroy();
  };
  if (signal.aborted) giveUp();
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    const sending = transport.sendMail({
      from,
      to: [...to],
      subject: title,
      text: `${lines.join("\n")}\n`,
      messageId: `<${id}@haulyard>`,
      priority: isUrgent ? "high" : "normal",
      // RFC 3834 §5: programs that answer mail by themselves leave it alone.
      headers: { "Auto-Submitted": "auto-generated" },
    }) as Promise<{ response: string }>;
    const sent = await Promise.race([sending, late]);
    return { kind: "delivered", answer: redactText(sent.response) };
  } catch (error) {
    return failed(error);
  } finally {
    signal.removeEventListener("abort", giveUp);
    transport.close();
  }
}

/** `smtp://` begins plain and takes TLS where the server offers it; `smtps://` is TLS from the first byte. */
function serverOf(url: string): {
  host: string;
  port: number;
  secure: boolean;
  auth?: { user: string; pass: string };
} {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === "smtps:";
  return {
    host: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port === "" ? (secure ? 465 : 587) : Number(port),
    secure,
    ...(username === ""
      ? {}
      : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
  };
}

function failed(error: unknown): Delivery {
  const message = redactText(error instanceof Error ? error.message : String(error));
  const status = error instanceof Error && "responseCode" in error ? Number(error.responseCode) : 0;
  // RFC 5321 §4.2.1: 4xx may be otherwise later, 5xx will not. A login that is refused is for a person.
  return { kind: "failed", answer: message, retryable: status < 500, retryAt: null };
}
