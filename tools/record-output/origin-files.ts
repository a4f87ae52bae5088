/** What the origin holds for recordings. Slow enough for a few frames, small enough to be kept. */
import type { FileSpec } from "../../test/world/origin-script.ts";

const MB = 1_000_000;

/** A file that takes two or three seconds. */
const slow = (size: number, more: Partial<FileSpec> = {}): FileSpec => ({
  size,
  bytesPerSecond: MB,
  ...more,
});

const COMMIT = "a".repeat(40);
const MODEL = "model-00001-of-00002.safetensors";

export const ORIGIN_FILES: Record<string, FileSpec> = {
  "/model.safetensors": slow(2.5 * MB),
  "/small.bin": { size: 700_000 },
  "/second.bin": slow(1.5 * MB),
  "/dots.bin": { size: 3 * MB },
  "/big.bin": { size: 200 * MB },
  "/unknown.bin": slow(2 * MB, { length: "chunked" }),
  "/until-close.bin": slow(2 * MB, { length: "close" }),
  "/wan2.2_t2v_high_noise_14B_fp16_scaled_e4m3fn.safetensors": slow(2 * MB),
  '/it\'s a "näme" [v1] 100%.bin': { size: 300_000 },
  // Cut after a while, then whole when asked for the rest; and one that has no ranges.
  "/cut.bin": slow(2 * MB, { cutAfter: 800_000, cut: "rst", rules: [{ when: { ranged: true } }] }),
  "/cut-once.bin": slow(2 * MB, { ranges: "off", rules: [{ times: 1, cutAfter: 800_000, cut: "fin" }] }),
  "/cut-always.bin": { size: 2 * MB, ranges: "off", cutAfter: 800_000, cut: "fin" },
  "/stalls.bin": { size: 2 * MB, cutAfter: 500_000, cut: "stall" },
  "/unauthorized.bin": { size: 1, status: 401 },
  "/forbidden.bin": { size: 1, status: 403 },
  "/busy.bin": { size: 1, status: 429, retryAfter: 1 },
  "/broken.bin": { size: 1, status: 503 },
  "/moved.bin": { size: 1, redirect: "/small.bin" },
  "/circle.bin": { size: 1, redirect: "loop" },
  ...folderListing(),
  ...hub(),
};

/** A folder as web servers list it: rclone reads it. */
function folderListing(): Record<string, FileSpec> {
  const names = ["a.bin", "b.bin", "c.bin"];
  const links = names.map((name) => `<a href="${name}">${name}</a>`).join("\n");
  const page = {
    size: 1,
    text: `<html><body>${links}</body></html>`,
    headers: { "Content-Type": "text/html" },
  };
  return {
    "/library/": page,
    ...Object.fromEntries(names.map((name, at) => [`/library/${name}`, slow((at + 1) * 800_000)])),
  };
}

/** As much of the Hugging Face Hub as `hf download` asks for. */
function hub(): Record<string, FileSpec> {
  const sizes: Record<string, number> = {
    [MODEL]: 30 * MB,
    "model-00002-of-00002.safetensors": 24 * MB,
    "config.json": 700,
  };
  const siblings = Object.keys(sizes).map((rfilename) => ({ rfilename }));
  const about = {
    id: "org/repo",
    modelId: "org/repo",
    sha: COMMIT,
    private: false,
    siblings,
    tags: [],
    downloads: 0,
  };
  const tree = Object.entries(sizes).map(([path, size]) => ({
    type: "file",
    path,
    size,
    oid: "b".repeat(40),
  }));
  const gated = {
    size: 1,
    status: 403,
    headers: { "X-Error-Code": "GatedRepo", "X-Error-Message": "Access denied" },
  };
  const files: Record<string, FileSpec> = {
    "/api/models/org/repo": { size: 1, text: JSON.stringify(about) },
    "/api/models/org/repo/revision/main": { size: 1, text: JSON.stringify(about) },
    "/api/models/org/gated/revision/main": gated,
    "/org/gated/resolve/main/model.safetensors": gated,
    "/org/private/resolve/main/model.safetensors": {
      size: 1,
      status: 401,
      headers: { "X-Error-Code": "RepoNotFound", "X-Error-Message": "Invalid username or password." },
    },
  };
  for (const revision of ["main", COMMIT]) {
    files[`/api/models/org/repo/tree/${revision}`] = { size: 1, text: JSON.stringify(tree) };
    for (const [name, size] of Object.entries(sizes)) {
      files[`/org/repo/resolve/${revision}/${name}`] = {
        size,
        headers: { "X-Repo-Commit": COMMIT },
        etag: `"${size.toString(16).padStart(40, "0")}"`,
        bytesPerSecond: 12 * MB,
      };
    }
  }
  return files;
}
