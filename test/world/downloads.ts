/** Transfers in this process to any folder, with little to say each time. */
import type { TransferStep } from "../../src/job/job.ts";
import type { TransferOptions, TransferOutcome } from "../../src/job/transfer-contract.ts";
import type { Transfer } from "../../src/transfer/create-transfer.ts";
import { createTransfer } from "../../src/transfer/create-transfer.ts";
import { HastyClock } from "../../src/transfer/testing/bench.ts";
import type { TransferSettings } from "../../src/transfer/transfer-settings.ts";

export interface Wish extends Partial<Omit<TransferStep, "kind">> {
  url: string;
  folder: string;
  name: string;
}

export interface WishOptions extends Partial<TransferOptions> {
  /** It is stopped when so many bytes are there. */
  stopAt?: number;
}

export function stepFor(wish: Wish): TransferStep {
  return {
    kind: "transfer",
    mirrors: [],
    size: null,
    checksum: null,
    headers: {},
    ifExists: "refuse",
    ...wish,
  };
}

export class Downloads implements AsyncDisposable {
  readonly #transfer: Transfer;

  /** Waits cost no time, unless a clock is given. */
  constructor(settings: TransferSettings = {}) {
    this.#transfer = createTransfer({ clock: new HastyClock(), ...settings });
  }

  run(wish: Wish, { stopAt = Infinity, ...options }: WishOptions = {}): Promise<TransferOutcome> {
    const controller = new AbortController();
    return this.#transfer.run(
      stepFor(wish),
      {
        resolved: async () => null,
        progress: ({ bytesDone }) => {
          if (bytesDone >= stopAt) controller.abort();
        },
      },
      {
        signal: controller.signal,
        reservedBytes: async () => 0,
        limitBytesPerSecond: () => null,
        connections: 1,
        ...options,
      },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#transfer.close();
  }
}
