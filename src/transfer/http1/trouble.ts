/** What can go wrong between us and a server, before anybody judges it. */
import type { ProtocolFault } from "./protocol-fault.ts";

export type Phase = "connect" | "head" | "body";

export type Trouble =
  /** The answer breaks HTTP, or the connection was closed before its end. */
  | { kind: "fault"; fault: ProtocolFault }
  /** As the system, the resolver or TLS puts it; look at its code. */
  | { kind: "error"; error: Error }
  /** Nothing came for as long as is waited in this phase. */
  | { kind: "timeout"; phase: Phase; ms: number }
  /** A proxy did not let us through; `reason` ends the sentence "the proxy …". */
  | { kind: "proxy"; reason: string; needsLogin: boolean }
  /** The request cannot be sent as it is; `reason` is the end of a sentence. */
  | { kind: "request"; reason: string };
