/** Fills a store's database with many jobs quickly: what the verbs would have written, in one transaction. */
import { randomUUID } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import type { JobState, JobStateKind } from "../src/job/job-state.ts";
import type { JobDraft } from "../src/job/job.ts";
import { failure } from "../src/job/failure.ts";
import { initialProgress } from "../src/job/progress.ts";
import { nameColumns, placeColumns, rankOf, searchText, sizeKey } from "../src/store/job-columns.ts";

export const LANES = ["node:box", ...Array.from({ length: 20 }, (_, n) => `ssh:host-${n}`)] as const;

export interface Fill {
  jobs: number;
  mix: Record<JobStateKind, number>;
  notBefore?: number;
  waitForFirst?: boolean;
}

/** A draft as a model entry makes it. Half of all jobs are for this machine. */
export function draftOf(n: number): JobDraft {
  const name = `file-${n}.safetensors`;
  const url = `https://models.example/resolve/${(n * 2654435761) % 4294967296}/${name}?download=true`;
  return {
    source: { kind: "url", url },
    place: n % 2 === 0 ? { kind: "node", name: "box" } : { kind: "ssh", hostId: `host-${(n >> 1) % 20}` },
    steps: [
      {
        kind: "transfer",
        url,
        mirrors: [`https://mirror.example/${name}`],
        folder: "/models",
        name,
        size: 1_000_000 + ((n * 7919) % 9_000_000_000),
        checksum: { algorithm: "sha256", hex: "ab".repeat(32), origin: "X-Linked-Etag" },
        headers: { authorization: `Bearer ${"x".repeat(40)}` },
        ifExists: "refuse",
      },
    ],
    name,
    destination: `/models/${name}`,
    priority: (n % 5) - 2,
    limitBytesPerSecond: null,
    after: null,
  };
}

export function fillStore(path: string, { jobs, mix, notBefore = 0, waitForFirst = false }: Fill): void {
  const database = new DatabaseSync(path);
  const kinds = (Object.entries(mix) as [JobStateKind, number][]).flatMap(([kind, share]) =>
    Array.from({ length: Math.round(share * 100) }, () => kind),
  );
  const first = randomUUID();
  const columns = Object.keys(rowOf(0, "pending", 0, first, null));
  const insert = database.prepare(
    `insert into jobs (${columns.join()}) values (${columns.map((name) => `:${name}`).join()})`,
  );
  const insertText = database.prepare("insert into search_texts (job, text) values (?, ?)");
  database.exec("begin");
  for (let n = 0; n < jobs; n++) {
    // Scattered, but the same in every run.
    const kind = kinds[(n * 31) % kinds.length] ?? "pending";
    const { lastInsertRowid } = insert.run(
      rowOf(n, kind, notBefore, n === 0 ? first : randomUUID(), waitForFirst && n > 0 ? first : null),
    );
    insertText.run(lastInsertRowid, searchText(draftOf(n)));
  }
  database.exec(`
    insert into job_counts select lane, kind, count(*) from jobs group by lane, kind;
    insert into changes (job_id, kind, at) select id, 'job', created_at from jobs;
    insert into history (job, line, at, from_kind, to_kind, reason)
      select sequence, 1, created_at, null, 'pending', 'added' from jobs;
    commit;
  `);
  database.close();
}

function rowOf(n: number, kind: JobStateKind, notBefore: number, id: string, after: string | null) {
  const draft = draftOf(n);
  const state = stateOf(kind, notBefore);
  const step = draft.steps[0];
  const progress = initialProgress(step?.kind === "transfer" ? step.size : null);
  const ended = kind === "complete" || kind === "failed" || kind === "cancelled";
  return {
    id,
    kind,
    ...placeColumns(draft),
    ...nameColumns(draft),
    rank: rankOf(draft.priority),
    not_before: kind === "pending" ? notBefore : 0,
    after_id: after,
    waits_for: after,
    size_key: sizeKey(progress.bytesTotal),
    created_at: 1_700_000_000_000 + n,
    updated_at: 1_700_000_000_000 + n,
    ended_at: ended ? 1_700_000_000_000 + n : null,
    source: JSON.stringify(draft.source),
    steps: JSON.stringify(draft.steps),
    state: JSON.stringify(state),
    progress: JSON.stringify(progress),
  };
}

function stateOf(kind: JobStateKind, notBefore: number): JobState {
  switch (kind) {
    case "pending":
      return { kind, step: 0, notBefore, failures: 0, lastFailure: null, detached: false, wish: null };
    case "paused":
      return { kind, step: 0, why: "person", note: null };
    case "failed":
      return { kind, step: 0, failure: failure("not_found", "The server answered 404.") };
    case "cancelled":
      return { kind, step: 0 };
    case "complete":
      return { kind };
    case "running":
    case "blocked":
      throw new Error(`nothing to fill with: ${kind}`);
    default:
      throw kind satisfies never;
  }
}
