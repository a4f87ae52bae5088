import { expect, test } from "vitest";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { countNews, findNews, newestOf, NO_NEWS, wordNews } from "./news.ts";

const SINCE = "2026-11-21T10:00:00.000Z";
const LATER = "2026-11-21T10:00:01.000Z";

const jobs = (...all: [string, JobMessage["status"], string?][]): Map<string, JobMessage> =>
  new Map(
    all.map(([name, status, created_at = SINCE]) => [name, { name, status, created_at } as JobMessage]),
  );

test("what ends while one looks away is news; what was so already, or is older than the watch, is not", () => {
  const before = jobs(["a", "RUNNING"], ["b", "PENDING"], ["c", "COMPLETE"], ["d", "RUNNING"]);
  const now = jobs(
    ["a", "COMPLETE"],
    ["b", "RUNNING"],
    ["c", "COMPLETE"],
    ["d", "FAILED"],
    ["e", "COMPLETE"],
  );
  const news = findNews(before, now, NO_NEWS, newestOf(before));
  expect(news).toEqual({ complete: ["a"], failed: ["d"], asking: [] });
  expect(findNews(now, now, news, SINCE)).toBe(news);
  expect(countNews(news)).toBe(2);
});

test("what is added and ends between two looks is news as well", () => {
  const now = jobs(["a", "COMPLETE", LATER], ["b", "COMPLETE"], ["c", "PENDING", LATER]);
  expect(findNews(jobs(), now, NO_NEWS, SINCE).complete).toEqual(["a"]);
  expect(findNews(jobs(), now, NO_NEWS, newestOf(jobs())).complete).toEqual(["a", "b"]);
});

test("a bulk is one notification, with what needs somebody named first", () => {
  const complete = Array.from({ length: 137 }, (_, n) => `file ${n}`);
  expect(wordNews({ complete, failed: ["x"], asking: ["y"] })).toEqual({
    title: "137 downloads complete, 1 download failed, 1 asks about a host key",
    body: "y\nx\nfile 0\nand 136 more",
  });
});
