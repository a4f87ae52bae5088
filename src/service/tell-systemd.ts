/**
 * Tells systemd how the service is (sd_notify(3)). Its socket is one for datagrams, which Node cannot open without a
 * native addition: systemd's own program does it. Hence `NotifyAccess=all` in the unit.
 */
import { execFile } from "node:child_process";

/** systemd-notify answers in milliseconds; one that hangs must not be waited for. */
const PROGRAM_TIMEOUT_MS = 10_000;

export interface SystemdParts {
  /** NOTIFY_SOCKET, WATCHDOG_USEC and PATH. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Whether the service does its work; one that does not is not reported alive, and systemd restarts it. */
  isWell: () => Promise<boolean>;
  log: { warn(facts: object, message: string): void };
}

export interface Systemd {
  /** Resolves once it was told, or could not be. */
  ready(status: string): Promise<void>;
  stopping(): Promise<void>;
}

/** Where no systemd has started us, nothing is told. */
export function tellSystemd({ environment, isWell, log }: SystemdParts): Systemd {
  const socket = environment["NOTIFY_SOCKET"] ?? "";
  if (socket === "") return { ready: async () => {}, stopping: async () => {} };
  let timer: NodeJS.Timeout | undefined;
  const tell = async (...words: string[]): Promise<void> => {
    const trouble = await run(words, { NOTIFY_SOCKET: socket, PATH: environment["PATH"] ?? "" });
    if (trouble !== null) log.warn({ err: trouble }, "systemd could not be told how the service is");
  };
  return {
    ready: async (status) => {
      await tell("--ready", `--status=${status}`);
      const everyMs = watchdogMs(environment) / 2;
      if (everyMs === 0) return;
      const look = async (): Promise<void> => {
        if (await isWell().catch(() => false)) await tell("WATCHDOG=1");
      };
      timer = setInterval(() => void look(), everyMs);
      timer.unref();
    },
    stopping: async () => {
      clearInterval(timer);
      await tell("STOPPING=1");
    },
  };
}

/** sd_watchdog_enabled(3): microseconds after which a silent service is taken for dead. 0: nobody watches. */
function watchdogMs({ WATCHDOG_USEC: given = "" }: SystemdParts["environment"]): number {
  return /^\d{1,15}$/.test(given) ? Number(given) / 1000 : 0;
}

function run(args: readonly string[], env: Record<string, string>): Promise<Error | null> {
  return new Promise((resolve) => {
    execFile("systemd-notify", args, { env, timeout: PROGRAM_TIMEOUT_MS }, (error) => resolve(error));
  });
}
