import { describe, expect, it } from "vitest";
import { addressGroup, clientAddress, isIn, networks } from "./client-address.ts";

const proxies = networks(["10.0.0.0/8", "::1", "192.0.2.7"]);

describe("the address of a client", () => {
  it.each([
    ["whoever is at the other end", "203.0.113.9", undefined, "203.0.113.9"],
    ["not what a stranger says of itself", "203.0.113.9", "127.0.0.1", "203.0.113.9"],
    ["what a trusted proxy says", "10.1.2.3", "203.0.113.9", "203.0.113.9"],
    [
      "what the last trusted one of a chain says",
      "10.1.2.3",
      "1.1.1.1, 203.0.113.9, 192.0.2.7",
      "203.0.113.9",
    ],
    ["the proxy, where what it says is no address", "10.1.2.3", "unknown", "10.1.2.3"],
    ["the nearest hop that makes sense", "10.1.2.3", "x, 10.9.9.9", "10.9.9.9"],
    ["IPv6 in brackets, with a port", "::1", "[2001:db8::5]:4711", "2001:db8::5"],
    ["IPv4 as sockets for both kinds show it", "::ffff:10.1.2.3", "203.0.113.9", "203.0.113.9"],
  ])("is %s", (_, peer, forwarded, address) => {
    expect(clientAddress(peer, forwarded, proxies)).toBe(address);
  });

  it("is in a network or not", () => {
    expect(isIn(proxies, "::ffff:10.255.0.1")).toBe(true);
    expect(isIn(proxies, "11.0.0.1")).toBe(false);
    expect(isIn(proxies, "nonsense")).toBe(false);
    expect(isIn(networks([]), "10.0.0.1")).toBe(false);
  });
});

describe("what counts as one client", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::", "2001:db8:1:2::/64"],
    ["2001:0db8:1:2:ffff::1", "2001:db8:1:2::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ])("of %s is %s", (address, group) => {
    expect(addressGroup(address)).toBe(group);
  });
});
