import { expect, test } from "vitest";
import { AllowedPlaces } from "./allowed-places.ts";

const hostOf = (host: string): string => new URL(`http://${host}/`).hostname;

test("public addresses are open to everybody, private ones where their network is named", () => {
  const places = new AllowedPlaces(["10.1.0.0/16", "192.168.1.9", "fd00:1::/32"]);
  for (const host of [
    "93.184.215.14",
    "10.1.255.255",
    "0x0a010001",
    "192.168.1.9",
    "[fd00:1::5]",
    "[::ffff:10.1.0.1]",
  ])
    expect([host, places.judge(hostOf(host))]).toEqual([host, "allowed"]);
  for (const host of ["10.2.0.1", "192.168.1.8", "127.0.0.1", "[::1]", "[fd00:2::1]", "[::ffff:10.2.0.1]"])
    expect([host, places.judge(hostOf(host))]).toEqual([host, "refused"]);
});

test("a name is judged by where it leads, unless it is named", () => {
  const places = new AllowedPlaces(["nas.lan", "NAS"]);
  for (const host of ["nas.lan", "NAS.LAN", "nas.lan.", "nas"]) expect(places.judge(host)).toBe("allowed");
  for (const host of ["example.org", "other.lan", "evil-nas.lan"]) expect(places.judge(host)).toBeNull();
});

test("this machine's own name is refused before anybody is asked where it leads", () => {
  const places = new AllowedPlaces([]);
  for (const host of ["localhost", "LOCALHOST.", "a.localhost"]) expect(places.judge(host)).toBe("refused");
  expect(places.judge("notlocalhost")).toBeNull();
  expect(new AllowedPlaces(["localhost"]).judge("localhost")).toBe("allowed");
});
