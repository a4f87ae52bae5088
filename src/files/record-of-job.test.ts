import { expect, test } from "vitest";
import type { Job } from "../job/job.ts";
import { recordOfJob } from "./record-of-job.ts";

const SECRET = "S3cretOfASignedLink0123456789";
const URL_ASKED = `https://user:${SECRET}@files.test/a.bin?X-Amz-Signature=${SECRET}&part=1`;

test("what is kept of where a file came from has no secrets of its address", () => {
  const step = { kind: "transfer", url: URL_ASKED, mirrors: [], headers: {} };
  const job = {
    source: { kind: "url", url: URL_ASKED },
    steps: [step],
    state: { kind: "complete" },
    endedAt: 2_000,
    checksumState: null,
  } as unknown as Job;
  const stamp = { device: "1", inode: "2", size: 3, mtimeNs: "1000000000", ctimeNs: "1000000000" };
  const record = recordOfJob(job, { folder: "/m", name: "a.bin" }, stamp, null);
  expect(record?.origin?.url).toMatch(/^https:\/\/.*files\.test\/a\.bin\?.*part=1$/);
  expect(JSON.stringify(record)).not.toContain(SECRET);
});
