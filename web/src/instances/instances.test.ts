import { describe, expect, test } from "vitest";
import type { HostMessage } from "../../../src/wire/hosts.ts";
import { checkInstanceDraft, EMPTY_INSTANCE, toHostChange, toHostRequest } from "./instance-draft.ts";
import { diskUse, instanceState, sortTools } from "./instance-state.ts";

const HOST = {
  connection: "ssh -p 22 root@gpu",
  label: "gpu",
  ui_home: null,
  needs: {},
} as unknown as HostMessage;

describe("how an instance stands", () => {
  const AT = "2026-11-21T18:00:00.000Z";
  const never = { question: null, last_seen_at: null, scanned_at: null };
  const question = { changed: true } as HostMessage["question"];

  test("a question about its keys comes first, then whether it ever answered and was looked at", () => {
    expect(instanceState(never)).toEqual({ kind: "new" });
    expect(instanceState({ ...never, last_seen_at: AT })).toEqual({ kind: "seen", at: AT });
    expect(instanceState({ ...never, last_seen_at: AT, scanned_at: AT })).toEqual({ kind: "known", at: AT });
    expect(instanceState({ question, last_seen_at: AT, scanned_at: AT })).toEqual({
      kind: "verify",
      changed: true,
    });
  });

  test("its disk is as full as it says, and of unknown fill where it says nothing", () => {
    expect(diskUse({ free_bytes: 25, total_bytes: 100 })).toBe(0.75);
    expect(diskUse({ free_bytes: 200, total_bytes: 100 })).toBe(0);
    expect(diskUse({ free_bytes: null, total_bytes: 100 })).toBeNull();
    expect(diskUse({ free_bytes: 0, total_bytes: 0 })).toBeNull();
  });

  test("tools that fetch stand before those they build on", () => {
    const tool = (name: string) => ({ tool: name, path: `/usr/bin/${name}`, version: null });
    const tools = [tool("python3"), tool("wget"), tool("sha256sum"), tool("hf")] as HostMessage["tools"];
    const names = (some: { tool: string }[]): string[] => some.map((each) => each.tool);
    const { fetchers, others } = sortTools(tools);
    expect([names(fetchers), names(others)]).toEqual([
      ["wget", "hf"],
      ["python3", "sha256sum"],
    ]);
  });
});

describe("the form of an instance", () => {
  test("wants a line, a name that fits and a home that is absolute; the line itself is the server's to read", () => {
    expect(Object.keys(checkInstanceDraft(EMPTY_INSTANCE))).toEqual(["connection"]);
    const draft = { connection: "ssh gpu", label: "x".repeat(101), uiHome: "workspace", needs: "fra" };
    expect(Object.keys(checkInstanceDraft(draft))).toEqual(["label", "uiHome", "needs"]);
    expect(checkInstanceDraft({ ...EMPTY_INSTANCE, connection: "anything", uiHome: "~/ComfyUI" })).toEqual(
      {},
    );
  });

  test("asks only for what was filled in", () => {
    expect(toHostRequest({ connection: " ssh gpu ", label: " ", uiHome: "", needs: " " })).toEqual({
      ssh_connection: "ssh gpu",
    });
    expect(toHostRequest({ connection: "ssh gpu", label: " a ", uiHome: "/x", needs: "site = fra" })).toEqual(
      {
        ssh_connection: "ssh gpu",
        label: "a",
        ui_home: "/x",
        needs: { site: "fra" },
      },
    );
  });

  test("changes only what was changed; an emptied home is the setting's again, an emptied name stays", () => {
    const same = { connection: HOST.connection, label: "gpu", uiHome: "", needs: "" };
    expect(toHostChange(same, HOST)).toBeNull();
    expect(toHostChange({ ...same, label: "" }, HOST)).toBeNull();
    expect(toHostChange({ ...same, label: "box" }, HOST)).toEqual({ label: "box" });
    expect(toHostChange({ ...same, connection: "ssh other" }, HOST)).toEqual({ ssh_connection: "ssh other" });
    expect(toHostChange(same, { ...HOST, ui_home: "/x" })).toEqual({ ui_home: null });
    expect(toHostChange({ ...same, needs: "site=fra" }, HOST)).toEqual({ needs: { site: "fra" } });
    expect(toHostChange(same, { ...HOST, needs: { site: "fra" } })).toEqual({ needs: {} });
  });
});
