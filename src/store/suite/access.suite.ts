import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AccessStore, AuditDraft, SessionDraft } from "../../job/access-contract.ts";
import { NOW } from "./under-test.ts";
import type { OpenStore, StoreUnderTest } from "./under-test.ts";

const HOUR = 3_600_000;
const session = (id: string, account: string, more: Partial<SessionDraft> = {}): SessionDraft => ({
  id,
  hash: `hash of ${id}`,
  account,
  address: "192.0.2.1",
  agent: "Browser",
  expiresAt: NOW + HOUR,
  ...more,
});
const line = (at: number): AuditDraft => ({
  at,
  who: "anna",
  via: "session",
  address: "::1",
  action: "addJob",
  target: "",
  status: 201,
});

/** Who may ask for what. */
export function describeAccess(open: OpenStore): void {
  describe("access", () => {
    let under: StoreUnderTest;
    let access: AccessStore;
    beforeEach(async () => {
      under = await open();
      access = under.store.access;
    });
    afterEach(() => under.dispose());

    const add = (name: string, role: "read" | "admin" = "read") =>
      access.insertAccount({ name, role, passwordHash: "$x" }, NOW);

    it("takes a name once, and the first account once", async () => {
      expect(await access.hasAccounts()).toBe(false);
      const first = (name: string) =>
        access.insertAccount({ name, role: "admin", passwordHash: "$" }, NOW, true);
      const outcomes = await Promise.all([first("anna"), first("bob")]);
      expect(outcomes.toSorted()).toEqual(["inserted", "not_first"]);
      const [account] = await access.accounts();
      expect(await add(account?.name ?? "")).toBe("taken");
      expect(await access.hasAccounts()).toBe(true);
    });

    it("lists accounts without their passwords' hashes", async () => {
      await add("anna", "admin");
      expect(await access.accounts()).toEqual([
        { name: "anna", role: "admin", createdAt: NOW, passwordChangedAt: NOW },
      ]);
      expect((await access.account("anna"))?.passwordHash).toBe("$x");
      expect(await access.account("ANNA")).toBeNull();
    });

    it("ends the sessions of an account that changes or goes", async () => {
      await add("anna", "admin");
      await add("bob");
      for (const [id, account] of [
        ["1", "anna"],
        ["2", "bob"],
      ] as const)
        await access.insertSession(session(id, account), NOW);
      expect(await access.updateAccount("anna", { role: "operate" }, NOW + 1)).toBe(true);
      expect((await access.account("anna"))?.passwordChangedAt).toBe(NOW);
      expect((await access.sessions(null, NOW)).map(({ id }) => id)).toEqual(["2"]);
      expect(await access.removeAccount("bob")).toBe(true);
      expect(await access.sessions(null, NOW)).toEqual([]);
      expect(await access.removeAccount("bob")).toBe(false);
      expect(await access.updateAccount("bob", { role: "admin" }, NOW)).toBe(false);
    });

    it("knows a session by its hash until it expires, with the role of its account", async () => {
      await add("anna", "admin");
      await access.insertSession(session("1", "anna"), NOW);
      expect(await access.sessionByHash("hash of 1", NOW)).toMatchObject({
        id: "1",
        account: "anna",
        role: "admin",
        lastUsedAt: NOW,
      });
      expect(await access.sessionByHash("1", NOW)).toBeNull();
      expect(await access.sessionByHash("hash of 1", NOW + HOUR)).toBeNull();
      await access.touchSession("1", NOW + 5, NOW + 2 * HOUR);
      expect(await access.session("1", NOW + HOUR)).toMatchObject({ lastUsedAt: NOW + 5 });
    });

    it("ends one session, all of an account, or all but one", async () => {
      await add("anna");
      await add("bob");
      for (const id of ["1", "2", "3"]) await access.insertSession(session(id, "anna"), NOW);
      await access.insertSession(session("4", "bob"), NOW);
      expect(await access.endSessions({ id: "1", account: "bob" })).toEqual([]);
      expect(await access.endSessions({ id: "1" })).toEqual(["1"]);
      expect(await access.endSessions({ account: "anna", except: "2" })).toEqual(["3"]);
      expect((await access.sessions("anna", NOW)).map(({ id }) => id)).toEqual(["2"]);
      expect((await access.sessions("bob", NOW)).map(({ id }) => id)).toEqual(["4"]);
    });

    it("knows a key by its hash until it expires or is removed", async () => {
      const key = { name: "script", role: "operate", createdBy: "anna" } as const;
      await access.insertKey({ ...key, id: "1", hash: "a", expiresAt: null }, NOW);
      await access.insertKey({ ...key, id: "2", hash: "b", expiresAt: NOW + 1 }, NOW + 1);
      expect(await access.keyByHash("a", NOW)).toMatchObject({ ...key, id: "1", lastUsedAt: null });
      expect(await access.keyByHash("b", NOW + 1)).toBeNull();
      await access.touchKey("1", NOW + 7);
      expect((await access.keys()).map(({ id, lastUsedAt }) => [id, lastUsedAt])).toEqual([
        ["2", null],
        ["1", NOW + 7],
      ]);
      expect(await access.removeKey("1")).toBe(true);
      expect(await access.removeKey("1")).toBe(false);
      expect(await access.key("1", NOW)).toBeNull();
    });

    it("pages through the audit log, the newest first, and forgets the oldest", async () => {
      for (let n = 1; n <= 5; n += 1) await access.noteAudit(line(NOW + n));
      const page = await access.audit({ before: null, limit: 2 });
      expect(page.map(({ at }) => at - NOW)).toEqual([5, 4]);
      expect(page[0]).toMatchObject(line(NOW + 5));
      const next = await access.audit({ before: page[1]?.id ?? 0, limit: 9 });
      expect(next.map(({ at }) => at - NOW)).toEqual([3, 2, 1]);
      await access.tidyAccess(NOW + 2, 3, NOW);
      expect((await access.audit({ before: null, limit: 9 })).map(({ at }) => at - NOW)).toEqual([5, 4, 3]);
    });
  });
}
