/** Whether the policy of this server (`HAULYARD_COMMANDS`) lets a command run. */
import type {
  Call,
  CommandPolicy,
  CommandReading,
  CommandVerdict,
  DownloadCall,
} from "../../job/card-contract.ts";
import { showPath } from "../../job/command-path.ts";
import { isInUiHome } from "./command-path.ts";

/** @param uiHome what `$UI_HOME` is on the instance */
export function judgeCommand(
  policy: CommandPolicy,
  { calls, notPlain }: Pick<CommandReading, "calls" | "notPlain">,
  uiHome: string,
): CommandVerdict {
  switch (policy) {
    case "any":
      return { kind: "allowed" };
    case "known": {
      const reason = notPlain ?? refuseCalls(calls, uiHome);
      return reason === null ? { kind: "allowed" } : { kind: "refused", reason };
    }
    default:
      throw policy satisfies never;
  }
}

function refuseCalls(calls: readonly Call[], uiHome: string): string | null {
  for (const call of calls) {
    const reason = refuseCall(call, uiHome);
    if (reason !== null) return reason;
  }
  return null;
}

function refuseCall(call: Call, uiHome: string): string | null {
  switch (call.kind) {
    case "download":
      return refuseDownload(call, uiHome);
    case "prepare": {
      const outside = call.paths.find((path) => !isInUiHome(path, uiHome));
      return outside === undefined ? null : `${call.program} ${showPath(outside)} is not in $UI_HOME`;
    }
    case "other":
      return `${call.program} is no download tool known here`;
    default:
      throw call satisfies never;
  }
}

function refuseDownload(
  { tool, fetches, unknownOptions, riskyOptions }: DownloadCall,
  uiHome: string,
): string | null {
  const [unknown] = unknownOptions;
  if (unknown !== undefined) return `${tool} ${unknown} is no option known here`;
  const [risky] = riskyOptions;
  if (risky !== undefined) return `${tool} ${risky} can do more than download`;
  const outside = fetches.find(({ folder }) => !isInUiHome(folder, uiHome));
  return outside === undefined
    ? null
    : `${tool} writes to ${showPath(outside.folder)}, which is not in $UI_HOME`;
}
