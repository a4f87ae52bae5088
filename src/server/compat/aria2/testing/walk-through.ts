/**
 * One walk through aria2's methods, that a real aria2c and Haulyard are both led on: what each answers is written down
 * without what is another each time (names, speeds, paths), so that both writings can be held against each other.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Origin } from "../../../../../test/world/origin.ts";
import { call, post } from "./call-rpc.ts";

/** Of one at a time that is at work. */
export const SERVED_FILES = {
  "/slow-a.bin": { size: 3_000_000, bytesPerSecond: 1000 },
  "/slow-b.bin": { size: 3_000_000, bytesPerSecond: 1000 },
  "/slow-c.bin": { size: 3_000_000, bytesPerSecond: 1000 },
  "/slow-d.bin": { size: 3_000_000, bytesPerSecond: 1000 },
  "/quick.bin": { size: 5000 },
} as const;

/** The calls and what came of them, in their order. */
export async function walkThrough(url: string, origin: Origin): Promise<string[]> {
  const walk = new Walk(url, origin.url);
  await walk.protocol();
  await walk.adding();
  await walk.telling();
  await walk.queue();
  await walk.options();
  await walk.stopping();
  await walk.ends();
  return walk.lines;
}

class Walk {
  readonly lines: string[] = [];
  readonly #url: string;
  readonly #origin: string;
  /** By GID. */
  readonly #names = new Map<string, string>();

  constructor(url: string, origin: string) {
    this.#url = url;
    this.#origin = origin;
  }

  async protocol(): Promise<void> {
    const version = { jsonrpc: "2.0", id: "1", method: "aria2.getVersion" };
    await this.#send({ jsonrpc: "2.0", method: "aria2.getVersion" });
    await this.#send({ ...version, id: null });
    await this.#send({ ...version, id: 7 });
    await this.#send({ id: "1", method: "aria2.getVersion" });
    await this.#send({ jsonrpc: "2.0", id: "1" });
    await this.#send({ ...version, params: { a: 1 } });
    await this.#send({ ...version, params: "x" });
    await this.#send({ ...version, method: "aria2.nope" });
    for (const broken of ['{"a":', '"x"', "", "[]", "null"]) await this.#send(broken);
    await this.#send([version, { ...version, id: "2", method: "aria2.nope" }, 3]);
    for (const method of ["aria2.getSessionInfo", "aria2.getGlobalStat"]) await this.#call(method);
    await this.#call("system.multicall", [
      { methodName: "aria2.getSessionInfo", params: [] },
      { methodName: "aria2.nope", params: [] },
      { methodName: "system.multicall", params: [[]] },
      { methodName: "aria2.tellStatus", params: ["zz"] },
      5,
      {},
    ]);
    for (const params of [[], [5], [[]]]) await this.#call("system.multicall", ...params);
  }

  async adding(): Promise<void> {
    const uri = `${this.#origin}/slow-a.bin`;
    await this.#add("A", [uri, `${this.#origin}/slow-b.bin`], { out: "a.bin", split: "1" });
    await this.#until("A", { status: "active", totalLength: "3000000" });
    await this.#add("B", [`${this.#origin}/slow-b.bin`]);
    await this.#add("C", [`${this.#origin}/slow-c.bin`], { pause: "true", header: ["X-A: 1"] });
    await this.#add("D", [`${this.#origin}/slow-d.bin`], {}, 0);
    const wrong: unknown[][] = [
      [],
      ["x"],
      [[]],
      [["foo"]],
      [[5]],
      [[uri], "x"],
      [[uri], {}, "z"],
      [[uri], {}, -1],
      [[uri], { checksum: "sha-256=zz" }],
      [[uri], { checksum: "foo" }],
      [[uri], { "max-download-limit": "x" }],
      [[uri], { "max-download-limit": "-5" }],
    ];
    for (const params of wrong) await this.#call("aria2.addUri", ...params);
    for (const params of [[], [5], ["xx"]]) await this.#call("aria2.addMetalink", ...params);
    await this.#call("aria2.addTorrent");
  }

  async telling(): Promise<void> {
    const [a, b, c] = [this.#gid("A"), this.#gid("B"), this.#gid("C")];
    for (const gid of [a, b, c]) await this.#call("aria2.tellStatus", gid);
    await this.#call("aria2.tellStatus", a, ["gid", "status", "nope"]);
    await this.#call("aria2.tellStatus", a, []);
    await this.#call("aria2.tellStatus", a, "x");
    await this.#call("aria2.tellStatus", a.slice(0, 12), ["gid"]);
    for (const gid of ["zz", "", "ffffffffffffffff", "ff0ff0ff0ff0ff", `${a}0`, 5])
      await this.#call("aria2.tellStatus", gid);
    await this.#call("aria2.tellStatus");
    await this.#call("aria2.tellActive");
    await this.#call("aria2.tellActive", ["gid"]);
    const ranges = [
      [0, 10],
      [1, 1],
      [0, 0],
      [-1, 2],
      [-2, 5],
      [100, 1],
      [-100, 1],
      [0, -1],
      ["0", 1],
      [0],
      [],
    ];
    for (const range of ranges)
      await this.#call("aria2.tellWaiting", ...range, ...(range.length > 1 ? [["gid", "status"]] : []));
    await this.#call("aria2.tellStopped", 0, 10);
    for (const method of ["getUris", "getFiles", "getServers", "getPeers"]) {
      for (const gid of [a, b, "zz"]) await this.#call(`aria2.${method}`, gid);
      await this.#call(`aria2.${method}`);
    }
    await this.#call("aria2.getGlobalStat");
  }

  async queue(): Promise<void> {
    const [a, c] = [this.#gid("A"), this.#gid("C")];
    const moves: unknown[][] = [
      [c, 0, "POS_SET"],
      [c, 1, "POS_CUR"],
      [c, -1, "POS_END"],
      [c, 100, "POS_SET"],
      [c, -100, "POS_CUR"],
      [c, 0, "POS_END"],
      [c, 0, "X"],
      [c, "0", "POS_SET"],
      [a, 0, "POS_SET"],
      ["zz", 0, "POS_SET"],
      [c, 0],
    ];
    for (const move of moves) {
      await this.#call("aria2.changePosition", ...move);
      await this.#call("aria2.tellWaiting", 0, 10, ["gid"]);
    }
  }

  async options(): Promise<void> {
    const a = this.#gid("A");
    await this.#call("aria2.changeOption", a, { "max-download-limit": "2M" });
    await this.#call("aria2.changeOption", a, { "max-download-limit": "x" });
    await this.#call("aria2.changeOption", a, { nope: "1" });
    await this.#call("aria2.changeOption", a);
    await this.#call("aria2.changeOption", "ff0ff0ff0ff0ff", {});
    await this.#option("aria2.getOption", "max-download-limit", a);
    await this.#call("aria2.changeGlobalOption", { "max-overall-download-limit": "100K" });
    await this.#call("aria2.changeGlobalOption", { "max-overall-download-limit": "zz" });
    await this.#call("aria2.changeGlobalOption", { nope: "1" });
    await this.#call("aria2.changeGlobalOption");
    await this.#option("aria2.getGlobalOption", "max-overall-download-limit");
    await this.#call("aria2.changeGlobalOption", { "max-overall-download-limit": "0" });
    await this.#option("aria2.getGlobalOption", "max-overall-download-limit");
  }

  async stopping(): Promise<void> {
    const [a, b, d] = [this.#gid("A"), this.#gid("B"), this.#gid("D")];
    await this.#call("aria2.pause", a);
    await this.#until("A", { status: "paused" });
    await this.#until("D", { status: "active", totalLength: "3000000" });
    for (const gid of [a, "zz", "ff0ff0ff0ff0ff"]) await this.#call("aria2.pause", gid);
    await this.#call("aria2.tellStatus", a);
    await this.#call("aria2.unpause", b);
    await this.#call("aria2.unpause", a);
    await this.#call("aria2.unpause", "ff0ff0ff0ff0ff");
    await this.#call("aria2.tellWaiting", 0, 10, ["gid", "status"]);
    await this.#call("aria2.pauseAll");
    await this.#until("D", { status: "paused" });
    await this.#call("aria2.getGlobalStat");
    await this.#call("aria2.forcePauseAll");
    // Of one that waits aria2 forgets all when it is removed: so they are at work.
    await this.#call("aria2.unpause", d);
    await this.#until("D", { status: "active" });
    await this.#call("aria2.remove", d);
    await this.#until("D", { status: "removed" });
    await this.#call("aria2.unpause", a);
    await this.#until("A", { status: "active" });
    await this.#call("aria2.forceRemove", a);
    await this.#until("A", { status: "removed" });
    for (const gid of [a, "ff0ff0ff0ff0ff"]) await this.#call("aria2.remove", gid);
    for (const method of ["pause", "unpause", "forceRemove", "getUris", "getServers", "getPeers"])
      await this.#call(`aria2.${method}`, a);
    await this.#call("aria2.changeOption", a, {});
    await this.#call("aria2.changePosition", a, 0, "POS_SET");
    for (const range of [
      [0, 10],
      [-1, 10],
      [-2, 1],
      [1, 1],
    ])
      await this.#call("aria2.tellStopped", ...range, ["gid", "status", "errorCode"]);
    await this.#call("aria2.tellStatus", a);
  }

  async ends(): Promise<void> {
    await this.#add("E", [`${this.#origin}/quick.bin`], { out: "e.bin" });
    await this.#until("E", { status: "complete" });
    await this.#call("aria2.tellStatus", this.#gid("E"));
    await this.#call("aria2.getFiles", this.#gid("E"));
    await this.#add("F", [`${this.#origin}/nothing.bin`]);
    await this.#until("F", { status: "error" });
    await this.#call("aria2.tellStatus", this.#gid("F"), ["gid", "status", "errorCode", "totalLength"]);
    await this.#call("aria2.getGlobalStat");
    await this.#call("aria2.removeDownloadResult", this.#gid("C"));
    await this.#call("aria2.removeDownloadResult", this.#gid("E"));
    await this.#call("aria2.removeDownloadResult", this.#gid("E"));
    await this.#call("aria2.tellStopped", 0, 10, ["gid"]);
    await this.#call("aria2.purgeDownloadResult");
    await this.#call("aria2.tellStopped", 0, 10, ["gid"]);
    await this.#call("aria2.tellStatus", this.#gid("A"));
  }

  async #send(body: unknown): Promise<void> {
    const { status, message } = await post(this.#url, body);
    this.lines.push(
      `${typeof body === "string" ? body : JSON.stringify(body)} → ${status} ${this.#write(message)}`,
    );
  }

  async #call(method: string, ...params: readonly unknown[]): Promise<void> {
    const { status, message } = await post(this.#url, { jsonrpc: "2.0", id: "1", method, params });
    const asked = JSON.stringify(params).slice(1, -1);
    this.lines.push(`${method}(${this.#rename(asked)}) → ${status} ${this.#write(message)}`);
  }

  async #add(name: string, ...params: readonly unknown[]): Promise<void> {
    const gid = await call<string>(this.#url, "aria2.addUri", ...params);
    this.#names.set(gid, name);
    this.lines.push(`aria2.addUri → ${/^[0-9a-f]{16}$/.test(gid) ? name : gid}`);
  }

  async #option(method: string, name: string, ...params: readonly unknown[]): Promise<void> {
    const options = await call<Record<string, string>>(this.#url, method, ...params);
    this.lines.push(`${method} ${name} → ${options[name]}`);
  }

  async #until(name: string, wanted: Readonly<Record<string, string>>): Promise<void> {
    const isSo = (status: Record<string, unknown>): boolean =>
      Object.entries(wanted).every(([key, value]) => status[key] === value);
    while (!isSo(await call(this.#url, "aria2.tellStatus", this.#gid(name), Object.keys(wanted))))
      await sleep(50);
  }

  #gid(name: string): string {
    const found = [...this.#names].find(([, called]) => called === name);
    if (found === undefined) throw new Error(`nothing was called ${name}`);
    return found[0];
  }

  #write(message: unknown): string {
    return this.#rename(JSON.stringify(plain(message)));
  }

  #rename(text: string): string {
    let renamed = text.replaceAll(this.#origin, "ORIGIN");
    for (const [gid, name] of this.#names)
      renamed = renamed.replaceAll(gid, `<${name}>`).replaceAll(gid.slice(0, 12), `<${name}…>`);
    return renamed;
  }
}

/** Texts that are another each time, or with each program. */
const VARIABLE = new Set([
  "version",
  "sessionId",
  "dir",
  "path",
  "completedLength",
  "downloadSpeed",
  "connections",
  "bitfield",
  "errorMessage",
]);

/** Keys in the order of the alphabet, and of what varies only its kind. */
function plain(value: unknown, key = ""): unknown {
  if (key === "uris") return [...new Set((value as { uri: string }[]).map(({ uri }) => uri))].sort();
  if (key === "enabledFeatures") return "list of texts";
  if (Array.isArray(value)) return value.map((item) => plain(item));
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([name, inner]) => [name, plain(inner, name)]));
  }
  if (typeof value !== "string") return value;
  if (VARIABLE.has(key)) return /^\d+$/.test(value) ? "digits" : /^[0-9a-f]+$/.test(value) ? "hex" : "text";
  // What more is said than aria2 says is a help, and no difference.
  return key === "message"
    ? value.replace(/('--[a-z-]+')[.:].*/, "$1.").replace(/(Metalink XML document\.).*/, "$1")
    : value;
}
