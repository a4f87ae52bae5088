import { expect, test } from "vitest";
import type { Follower } from "../../../../src/client/follow-events.ts";
import type { PlacedEvent } from "../../../../src/client/open-event-stream.ts";
import { FakeClock } from "../../../../test/world/fake-clock.ts";
import { PACE_MS, paceEvents } from "./pace-events.ts";

const event = (id: string): PlacedEvent => ({ type: "removed", data: { id }, cursor: null });

function start() {
  const told: string[] = [];
  const clock = new FakeClock();
  const stop = new AbortController();
  let source: Follower | null = null;
  const follow = paceEvents(async (follower) => void (source = follower));
  const sink: Follower = {
    events: (batch) => told.push(batch.map(({ data }) => (data as { id: string }).id).join("")),
    link: (link) => told.push(link),
  };
  void follow(sink, { clock, signal: stop.signal });
  if (source === null) throw new Error("nothing is followed");
  return { told, clock, stop, source: source as Follower };
}

test("the first event is shown at once, those that follow closely together, and none is lost or moved", async () => {
  const { told, clock, source } = start();
  for (const id of ["a", "b", "c"]) source.events([event(id)]);
  expect(told).toEqual(["a"]);
  await clock.advance(PACE_MS, PACE_MS);
  expect(told).toEqual(["a", "bc"]);
  source.events([event("d"), event("e")]);
  expect(told).toEqual(["a", "bc"]);
  await clock.advance(PACE_MS, PACE_MS);
  expect(told).toEqual(["a", "bc", "de"]);
  await clock.advance(PACE_MS, PACE_MS);
  source.events([event("f")]);
  expect(told).toEqual(["a", "bc", "de", "f"]);
});

test("what was told before the server went away is shown before that", () => {
  const { told, source } = start();
  source.events([event("a")]);
  source.events([event("b")]);
  source.link("away", null);
  expect(told).toEqual(["a", "b", "away"]);
});

test("nothing comes after the end", async () => {
  const { told, clock, stop, source } = start();
  source.events([event("a")]);
  source.events([event("b")]);
  stop.abort();
  await clock.advance(2 * PACE_MS, PACE_MS);
  expect(told).toEqual(["a"]);
});
