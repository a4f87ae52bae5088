import { expect, test } from "vitest";
import { classOfAddress, isLocalName } from "./address-class.ts";

const hostOf = (host: string): string => new URL(`http://${host}/`).hostname;

test.each([
  ["loopback", "127.0.0.1"],
  ["loopback by its last number", "127.255.255.254"],
  ["loopback as one number", "2130706433"],
  ["loopback in octal", "0177.0.0.1"],
  ["loopback in hexadecimal", "0x7f000001"],
  ["loopback in short", "127.1"],
  ["nothing at all", "0.0.0.0"],
  ["nothing at all, in short", "0"],
  ["a private network of RFC 1918", "10.1.2.3"],
  ["the last of 172.16/12", "172.31.255.255"],
  ["192.168/16", "192.168.178.1"],
  ["shared address space", "100.64.0.1"],
  ["the metadata service of clouds", "169.254.169.254"],
  ["multicast", "224.0.0.251"],
  ["broadcast", "255.255.255.255"],
  ["documentation", "203.0.113.5"],
  ["IPv6 loopback", "[::1]"],
  ["IPv6 loopback in full", "[0:0:0:0:0:0:0:1]"],
  ["IPv6 unspecified", "[::]"],
  ["IPv4 loopback, mapped", "[::ffff:127.0.0.1]"],
  ["IPv4 loopback, mapped, in hexadecimal", "[::ffff:7f00:1]"],
  ["a private IPv4 address, mapped", "[::ffff:10.0.0.1]"],
  ["a private IPv4 address, compatible", "[::10.0.0.1]"],
  ["a private IPv4 address, translated", "[::ffff:0:192.168.0.1]"],
  ["a private IPv4 address behind NAT64", "[64:ff9b::10.0.0.1]"],
  ["a private IPv4 address in 6to4", "[2002:a00:1::1]"],
  ["Teredo", "[2001:0:4136:e378:8000:63bf:3fff:fdd2]"],
  ["unique local", "[fd00::1]"],
  ["link-local", "[fe80::1]"],
  ["once site-local", "[fec0::1]"],
  ["IPv6 multicast", "[ff02::1]"],
  ["IPv6 documentation", "[2001:db8::1]"],
])("%s is not public", (_, host) => {
  expect(classOfAddress(hostOf(host))).toBe("private");
});

test.each([
  ["an address of the internet", "93.184.215.14"],
  ["just outside 172.16/12", "172.32.0.1"],
  ["just below 172.16/12", "172.15.255.255"],
  ["just outside 100.64/10", "100.128.0.1"],
  ["an IPv6 address of the internet", "[2606:2800:21f:cb07:6820:80da:af6b:8b2c]"],
  ["a public IPv4 address, mapped", "[::ffff:93.184.215.14]"],
  ["a public IPv4 address behind NAT64", "[64:ff9b::93.184.215.14]"],
  ["a public IPv4 address in 6to4", "[2002:5db8:d70e::1]"],
  ["just outside unique local", "[fe00::1]"],
])("%s is public", (_, host) => {
  expect(classOfAddress(hostOf(host))).toBe("public");
});

test("an address with a zone is of a link, whatever it looks like", () => {
  expect(classOfAddress("fe80::1%eth0")).toBe("private");
  expect(classOfAddress("2606:2800::1%eth0")).toBe("private");
});

test("a name is no address", () => {
  for (const host of ["example.org", "localhost", "1.2.3.4.example.org", "x"])
    expect(classOfAddress(host)).toBeNull();
});

test("names of this machine and this network are known as such", () => {
  for (const host of [
    "localhost",
    "LOCALHOST",
    "localhost.",
    "a.localhost",
    "nas",
    "nas.local",
    "db.internal",
    "tv.home.arpa",
  ])
    expect([host, isLocalName(host)]).toEqual([host, true]);
  for (const host of ["example.org", "local.example.org", "internal.com", "notlocalhost.org"])
    expect([host, isLocalName(host)]).toEqual([host, false]);
});
