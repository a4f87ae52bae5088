import { expect, test } from "vitest";
import { hashPassword, isPassword } from "./hash-password.ts";

test("a password is kept as argon2id's own string, another one each time", async () => {
  const [one, other] = await Promise.all([hashPassword("correct horse"), hashPassword("correct horse")]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(one).not.toBe(other);
});

test("it is known again, another is not, nor is that of nobody", async () => {
  const kept = await hashPassword("pässword 𝕏");
  expect(await isPassword("pässword 𝕏", kept)).toBe(true);
  // The same letter, written as two code points.
  expect(await isPassword("pässword 𝕏".normalize("NFD"), kept)).toBe(true);
  expect(await isPassword("password X", kept)).toBe(false);
  expect(await isPassword("", kept)).toBe(false);
  expect(await isPassword("", null)).toBe(false);
});

test("what argon2's reference made with other costs is known, too", async () => {
  // "password" with the salt "somesalt": test.c of the reference implementation.
  const kept = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
  expect(await isPassword("password", kept)).toBe(true);
  expect(await isPassword("Password", kept)).toBe(false);
});

test("many at once all come to their end", async () => {
  const kept = await hashPassword("correct horse");
  const tries = Array.from({ length: 12 }, (_, n) => isPassword(n === 7 ? "correct horse" : `no ${n}`, kept));
  expect((await Promise.all(tries)).indexOf(true)).toBe(7);
});
