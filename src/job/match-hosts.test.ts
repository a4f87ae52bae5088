import { describe, expect, test } from "vitest";
import { matchHosts } from "./match-hosts.ts";

const hostOf = (id: string, label: string, address: string, port: number) => ({
  id,
  label,
  address,
  port,
  instanceId: address.replaceAll(".", "_"),
});
const HOSTS = [
  hostOf("1f3a0000-0000-4000-8000-000000000001", "Trainer", "203.0.113.7", 40_001),
  hostOf("1f3a0000-0000-4000-8000-000000000002", "203.0.113.7", "203.0.113.7", 40_002),
  hostOf("9c00beef-0000-4000-8000-000000000003", "gpu", "box.example", 22),
  hostOf("9c010000-0000-4000-8000-000000000004", "9c00beef", "2001:db8::1", 22),
];

describe("a word for a host means", () => {
  test.each([
    ["its id", "9c010000-0000-4000-8000-000000000004", [4]],
    ["its label, large or small", "tRAINER", [1]],
    ["a label before an address that is alike", "203.0.113.7", [2]],
    ["address and port", "203.0.113.7:40001", [1]],
    ["an address of IPv6 and port", "[2001:db8::1]:22", [4]],
    ["an address", "box.example", [3]],
    ["what the old queue calls it, and that may be several", "203_0_113_7", [1, 2]],
    ["the beginning of an id", "9c01", [4]],
    ["all whose ids begin so", "1f3a", [1, 2]],
    ["a label before the beginning of an id", "9c00beef", [4]],
    ["nothing if it is too short", "1f3", []],
    ["nothing if it is empty", " ", []],
    ["nothing if nobody is called so", "nobody", []],
  ])("%s", (_, word, expected) => {
    expect(matchHosts(HOSTS, word)).toEqual(expected.map((nth) => HOSTS[nth - 1]));
  });
});
