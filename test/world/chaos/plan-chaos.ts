/** What goes wrong, and when: the same for the same seed. Pure. */
import { seeded } from "../fragile-disk/power-cut.ts";

export const TROUBLES = {
  /** kill -9 of a node; it is started again when the trouble is over. */
  "node-kill": { on: "node", lasts: [0.5, 14] },
  /** Asked to stop as a service manager asks, and started again. */
  "node-stop": { on: "node", lasts: [0.5, 6] },
  /** SIGSTOP, SIGCONT: a machine that was suspended and does not know it. */
  "node-freeze": { on: "node", lasts: [2, 18] },
  "database-kill": { on: "database", lasts: [0.5, 8] },
  /** The way of one node to the database: nothing goes through, and nobody is told. */
  "database-away": { on: "node", lasts: [2, 18] },
  "database-cut": { on: "node", lasts: [0, 0] },
  /** Every connection to the origin is reset. */
  "origin-cut": { on: "origin", lasts: [0, 0] },
  /** It takes no connection any more, and those that stand are reset. */
  "origin-gone": { on: "origin", lasts: [0.5, 8] },
  "origin-slow": { on: "origin", lasts: [2, 10] },
  "instance-cut": { on: "instance", lasts: [0, 0] },
  "instance-away": { on: "instance", lasts: [2, 15] },
  /** kill -9 of an sshd and of all that serves its connections. */
  "sshd-kill": { on: "instance", lasts: [0.5, 6] },
  /** Somebody kills what runs on an instance. */
  "run-kill": { on: "instance", lasts: [0, 0] },
  "clock-jump": { on: "node", lasts: [3, 12] },
  "disk-full": { on: "disk", lasts: [3, 12] },
  /** A person pauses one of the jobs, and lets it go on. */
  "person-pause": { on: "person", lasts: [1, 6] },
  "person-cancel": { on: "person", lasts: [0, 0] },
} as const satisfies Record<string, { on: string; lasts: readonly [number, number] }>;

export type TroubleKind = keyof typeof TROUBLES;

export interface Trouble {
  kind: TroubleKind;
  /** When it begins and how long it lasts, in milliseconds from the beginning. */
  at: number;
  lasts: number;
  /** Which of the nodes or instances. */
  target: number;
  /** 0 to 1: how much, where there is a how much. */
  amount: number;
}

export interface ChaosWish {
  seed: number;
  /** Of trouble; what comes after is quiet. */
  seconds: number;
  nodes: number;
  instances: number;
  /** Where this machine cannot do one: a disk of one's own wants root. */
  without: readonly TroubleKind[];
}

/** Seconds between the beginnings of two troubles. */
const PAUSE = [0.6, 2.2] as const;

/** Every kind comes once before one comes again; nothing is in two troubles at a time. */
export function planChaos({ seed, seconds, nodes, instances, without }: ChaosWish): Trouble[] {
  const random = seeded(seed);
  const between = ([low, high]: readonly [number, number]): number =>
    Math.round((low + random() * (high - low)) * 1000);
  const all = (Object.keys(TROUBLES) as TroubleKind[]).filter((kind) => !without.includes(kind));
  const busy = new Map<string, number>();
  const plan: Trouble[] = [];
  let deck: TroubleKind[] = [];
  for (let at = between(PAUSE); at < seconds * 1000; at += between(PAUSE)) {
    if (deck.length === 0) deck = shuffled(all, random);
    const kind = deck.pop() as TroubleKind;
    const { on, lasts } = TROUBLES[kind];
    const many = on === "node" ? nodes : on === "instance" ? instances : 1;
    const first = Math.floor(random() * many);
    const long = Math.min(between(lasts), Math.max(0, seconds * 1000 - at));
    const amount = random();
    const free = Array.from({ length: many }, (_, turn) => (first + turn) % many).find(
      (each) => (busy.get(`${on} ${each}`) ?? 0) <= at,
    );
    if (free === undefined) {
      // Its turn comes when the others of these cards are out.
      deck.unshift(kind);
      continue;
    }
    busy.set(`${on} ${free}`, at + long + 1);
    plan.push({ kind, at, lasts: long, target: free, amount });
  }
  return plan;
}

function shuffled<T>(all: readonly T[], random: () => number): T[] {
  return all
    .map((each) => [random(), each] as const)
    .toSorted(([one], [other]) => one - other)
    .map(([, each]) => each);
}
