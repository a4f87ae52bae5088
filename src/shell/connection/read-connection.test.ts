import { describe, expect, test } from "vitest";
import { mergeConnections, readConnection } from "./read-connection.ts";

describe("a connection string tells of its host", () => {
  test.each([
    [
      "ssh -p 44686 root@109.231.106.68 -L 8080:localhost:8080",
      {
        address: "109.231.106.68",
        port: 44_686,
        user: "root",
        instanceId: "109_231_106_68",
        connection: "ssh -p 44686 root@109.231.106.68",
      },
    ],
    [
      "gpu-box",
      { address: "gpu-box", port: 22, user: null, instanceId: "gpu-box", connection: "ssh gpu-box" },
    ],
    [
      "root@[2001:db8::1]:7",
      { address: "2001:db8::1", port: 7, user: "root", connection: "ssh -p 7 root@2001:db8::1" },
    ],
    ["ssh -o HostName=10.0.0.5 -J me@bastion box", { address: "10.0.0.5", instanceId: "10_0_0_5" }],
  ])("%s", (text, address) => {
    expect(readConnection(text)).toMatchObject({ kind: "address", address });
  });

  test("and of nothing a person could not see: what is kept leads to the same host again", () => {
    for (const text of [
      "ssh -i ~/k -p 5 -C a@b",
      "ssh -J x:1,y z",
      "ssh -4 root@h",
      "ssh -o HostName=h alias",
    ]) {
      const first = readConnection(text);
      if (first.kind !== "address") throw new Error(first.reason);
      expect(readConnection(first.address.connection)).toEqual({ ...first, notes: [], forwards: [] });
    }
  });

  test("which is another one with another port, user or way there, and not with another key", () => {
    const identityOf = (text: string): string => {
      const read = readConnection(text);
      return read.kind === "address" ? read.address.identity : read.reason;
    };
    const same = ["ssh -p 7 root@h", "root@h:7", "ssh -i ~/k root@H -p 7 -L 1:b:2", "ssh://root@h:7"];
    const others = ["root@h:8", "me@h:7", "ssh -J b root@h -p 7", "h:7"];
    expect(new Set(same.map(identityOf)).size).toBe(1);
    expect(new Set([...same, ...others].map(identityOf)).size).toBe(5);
  });
});

describe("a later paste for the same host", () => {
  test.each([
    ["ssh -p 7 -i ~/a root@h", "root@h:7", "ssh -p 7 -i ~/a root@h"],
    ["ssh -p 7 root@h", "ssh -i ~/b -p 7 root@h", "ssh -p 7 -i ~/b root@h"],
    ["ssh -p 7 -i ~/a root@h", "ssh -i ~/b -p 7 root@h", "ssh -p 7 -i ~/b root@h"],
    ["ssh -4 -C root@h", "ssh root@h", "ssh -4 -C root@h"],
    ["ssh root@h", "ssh -6 root@h", "ssh -6 root@h"],
  ])("%s and then %s: what it says counts, what it leaves out stays", (kept, given, merged) => {
    expect(mergeConnections(kept, given).connection).toBe(merged);
  });
});
