/** `haulyard doctor`. */
import { Unreachable } from "../../client/api-error.ts";
import type { DoctorAnswer } from "../../wire/doctor.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { connect } from "../queue/connect.ts";
import { sayJson } from "../queue/say-json.ts";
import { openTerminal } from "../screen/terminal.ts";
import { stopOnSignals } from "../stop-on-signals.ts";
import { examineHere } from "./examine-here.ts";
import { findingLines } from "./finding-lines.ts";

/** As commander gives them. */
export interface DoctorOptions {
  here?: true;
  offline?: true;
  json?: true;
}

/** Where it was looked: at the server's machine, or at this one. */
type Examined = DoctorAnswer & { server: string | null };

export async function runDoctor(options: DoctorOptions): Promise<ExitCode> {
  const terminal = openTerminal();
  const stop = stopOnSignals();
  try {
    const examined = await examine(options, stop.signal);
    // Half a look is no verdict.
    if (stop.signal.aborted) return EXIT.interrupted;
    if (options.json === true) sayJson(terminal, examined);
    else for (const line of findingLines(examined, terminal)) terminal.print(line);
    return examined.ok ? EXIT.done : EXIT.failed;
  } catch (error) {
    if (stop.signal.aborted) return EXIT.interrupted;
    throw error;
  } finally {
    stop.release();
  }
}

async function examine(options: DoctorOptions, signal: AbortSignal): Promise<Examined> {
  const here = (): Promise<DoctorAnswer> => examineHere({ offline: options.offline === true }, signal);
  if (options.here === true) return { server: null, ...(await here()) };
  const client = connect();
  try {
    return { server: client.baseUrl, ...(await client.examine(signal)) };
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    const answer = await here();
    const silent = {
      area: "server" as const,
      name: "server",
      state: "hint" as const,
      message: `No server answers at ${client.baseUrl}; this machine was looked at instead`,
      advice: "Start one: haulyard serve",
    };
    return { server: null, ...answer, findings: [silent, ...answer.findings] };
  }
}
