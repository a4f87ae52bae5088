import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../../job/run-contract.ts";
import { LOG_START } from "../../../job/run-contract.ts";
import type { MakeRuns } from "./under-test.ts";
import {
  follow,
  isAlive,
  never,
  QUICK,
  readNumber,
  runToEnd,
  specOf,
  startOk,
  stateOf,
  until,
} from "./under-test.ts";

/** Starting, meeting again, ending. */
export function lifeSuite(make: MakeRuns): void {
  describe("the life of a run", () => {
    test("a run is started once, whoever asks and however often", async () => {
      await using place = await make(QUICK);
      const spec = specOf([`echo x >> ${place.work}/count; sleep 0.5`]);
      expect(await stateOf(place.runs, spec.id)).toEqual({ kind: "absent" });
      const states = await Promise.all(Array.from({ length: 6 }, () => startOk(place.runs, spec)));
      for (const state of states) expect(["running", "exited"]).toContain(state.kind);
      await follow(place.runs, spec.id);
      expect(await startOk(place.runs, spec)).toMatchObject({ kind: "exited", code: 0 });
      expect(readFileSync(join(place.work, "count"), "utf8")).toBe("x\n");
      // Nothing is left of those that came second.
      expect(readdirSync(place.folder)).toEqual([spec.id]);
    });

    test("who follows may leave and come back: not a byte is lost or seen twice", async () => {
      await using place = await make(QUICK);
      const spec = specOf(["for i in 1 2 3 4 5 6 7 8; do echo line $i; sleep 0.15; done", "echo end"]);
      await startOk(place.runs, spec);
      let next = LOG_START;
      let output = "";
      let last: RunEvent | undefined;
      for (let visits = 0; last?.kind !== "ended"; visits += 1) {
        expect(visits).toBeLessThan(10_000);
        let seen = 0;
        for await (const event of place.runs.follow(spec.id, next, {
          signal: never,
          unreachableAfterMs: 60_000,
        })) {
          last = event;
          if ("next" in event) next = event.next;
          if (event.kind === "output") output += `${event.step}:${Buffer.from(event.bytes).toString()}`;
          seen += 1;
          if (seen === 3) break;
        }
      }
      expect(output.replaceAll(/\d:(?=\n)/g, "").replaceAll("0:", "")).toBe(
        `${[1, 2, 3, 4, 5, 6, 7, 8].map((nth) => `line ${nth}\n`).join("")}1:end\n`,
      );
    });

    test("who stops following is gone at once, and the run goes on", async () => {
      await using place = await make(QUICK);
      const spec = specOf([`until [ -e ${place.work}/go ]; do sleep 0.1; done; echo done`]);
      await startOk(place.runs, spec);
      const stop = new AbortController();
      const following = follow(place.runs, spec.id, LOG_START, stop.signal);
      await sleep(300);
      stop.abort();
      const { end } = await following;
      expect(end?.kind).not.toBe("ended");
      expect(await stateOf(place.runs, spec.id)).toMatchObject({ kind: "running" });
      writeFileSync(join(place.work, "go"), "");
      expect((await follow(place.runs, spec.id)).output).toEqual(["done\n"]);
      expect(await place.runs.state(spec.id, stop.signal)).toEqual({ kind: "stopped" });
      expect(await place.runs.start(spec, stop.signal)).toEqual({ kind: "stopped" });
    });

    test("a cancelled run is gone with everything it started", async () => {
      await using place = await make(QUICK);
      const spec = specOf([
        `sleep 300 & echo $! > ${place.work}/child; setsid sleep 300 & echo $! > ${place.work}/escapee; wait`,
        `touch ${place.work}/second`,
      ]);
      await startOk(place.runs, spec);
      const child = await readNumber(join(place.work, "child"));
      const escapee = await readNumber(join(place.work, "escapee"));
      expect([await isAlive(child), await isAlive(escapee)]).toEqual([true, true]);
      expect(await place.runs.cancel(spec.id, never)).toEqual({
        kind: "state",
        state: { kind: "cancelled" },
      });
      expect([await isAlive(child), await isAlive(escapee)]).toEqual([false, false]);
      expect(existsSync(join(place.work, "second"))).toBe(false);
      expect((await follow(place.runs, spec.id)).end).toEqual({
        kind: "ended",
        state: { kind: "cancelled" },
      });
      expect(await place.runs.cancel(spec.id, never)).toEqual({
        kind: "state",
        state: { kind: "cancelled" },
      });
    });

    test("a command may clean up when it is cancelled, and is killed if it does not end", async () => {
      await using place = await make(QUICK);
      const polite = specOf([
        `trap 'echo bye; exit 3' TERM; touch ${place.work}/polite; while :; do sleep 0.1; done`,
      ]);
      const deaf = specOf([`trap '' TERM; touch ${place.work}/deaf; while :; do sleep 0.1; done`]);
      for (const spec of [polite, deaf]) await startOk(place.runs, spec);
      await until(
        "both run",
        () => existsSync(join(place.work, "polite")) && existsSync(join(place.work, "deaf")),
      );
      const answers = await Promise.all([polite, deaf].map((spec) => place.runs.cancel(spec.id, never)));
      expect(answers).toEqual([
        { kind: "state", state: { kind: "cancelled" } },
        { kind: "state", state: { kind: "cancelled" } },
      ]);
      expect((await follow(place.runs, polite.id)).output[0]).toMatch(/bye\n$/);
    });

    test("who follows sees a cancel", async () => {
      await using place = await make(QUICK);
      const spec = specOf([`echo begun; touch ${place.work}/begun; sleep 300`]);
      await startOk(place.runs, spec);
      const following = follow(place.runs, spec.id);
      await until("it has begun", () => existsSync(join(place.work, "begun")));
      await place.runs.cancel(spec.id, never);
      const { output, end } = await following;
      expect(output).toEqual(["begun\n"]);
      expect(end).toEqual({ kind: "ended", state: { kind: "cancelled" } });
    });

    test("what was cancelled before it was started never runs", async () => {
      await using place = await make(QUICK);
      const spec = specOf([`touch ${place.work}/ran`]);
      expect(await place.runs.cancel(spec.id, never)).toEqual({
        kind: "state",
        state: { kind: "cancelled" },
      });
      expect(await startOk(place.runs, spec)).toEqual({ kind: "cancelled" });
      await sleep(300);
      expect(existsSync(join(place.work, "ran"))).toBe(false);
    });

    test("a cancel in the middle of the start leaves nothing running, at whatever moment it comes", async () => {
      await using place = await make(QUICK);
      for (const delay of [0, 5, 15, 30, 60, 100, 150, 250]) {
        const spec = specOf([`echo $$ >> ${place.work}/pids; sleep 300`]);
        const starting = place.runs.start(spec, never);
        await sleep(delay);
        expect(await place.runs.cancel(spec.id, never)).toEqual({
          kind: "state",
          state: { kind: "cancelled" },
        });
        await starting;
        expect(await stateOf(place.runs, spec.id)).toEqual({ kind: "cancelled" });
      }
      await sleep(300);
      const pids = existsSync(join(place.work, "pids"))
        ? readFileSync(join(place.work, "pids"), "utf8").trim().split("\n")
        : [];
      for (const pid of pids) expect(await isAlive(Number(pid))).toBe(false);
    });

    test("how a run ended is not changed by a cancel that comes later", async () => {
      await using place = await make(QUICK);
      const spec = specOf(["exit 5"]);
      const { end } = await runToEnd(place.runs, spec);
      expect(await place.runs.cancel(spec.id, never)).toEqual({
        kind: "state",
        state: end?.kind === "ended" ? end.state : null,
      });
    });

    test("ended runs are cleaned away, running ones are kept", async () => {
      await using place = await make(QUICK);
      const ended = specOf(["true"], { id: "alpha-1" });
      const running = specOf(["sleep 300"], { id: "alpha-2" });
      const other = specOf(["true"], { id: "beta-1" });
      for (const spec of [ended, other]) await runToEnd(place.runs, spec);
      await startOk(place.runs, running);
      const listed = await place.runs.list("alpha-", never);
      expect(listed).toMatchObject({
        runs: [
          { id: "alpha-1", state: { kind: "exited" } },
          { id: "alpha-2", state: { kind: "running" } },
        ],
      });
      expect(await place.runs.clean(["alpha-1", "alpha-2", "nothing"], never)).toEqual({
        kind: "cleaned",
        cleaned: ["alpha-1", "nothing"],
        kept: ["alpha-2"],
      });
      expect(readdirSync(place.folder).toSorted()).toEqual(["alpha-2", "beta-1"]);
      await place.runs.cancel("alpha-2", never);
      expect(await place.runs.clean(["alpha-2", "beta-1"], never)).toMatchObject({ kept: [] });
      expect(readdirSync(place.folder)).toEqual([]);
      expect(await place.runs.list("", never)).toEqual({ kind: "runs", runs: [] });
    });
  });
}
