import fc from "fast-check";
import { expect, it } from "vitest";
import { textOfList, textOfObject } from "./entries-text.ts";
import { toText } from "./mirror-words.ts";

it("is what JSON.stringify makes of it, whatever the entries are", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue()), async (values) => {
      expect(await textOfList(values)).toBe(toText(values));
      // The second time what was written is known.
      expect(await textOfList(values)).toBe(toText(values));
    }),
    { numRuns: 50 },
  );
  await fc.assert(
    // Keys that are numbers would change places in an object.
    fc.asyncProperty(
      fc.dictionary(
        fc.string().map((key) => `/${key}`),
        fc.jsonValue(),
      ),
      async (object) => {
        expect(await textOfObject(Object.entries(object))).toBe(toText(object));
      },
    ),
    { numRuns: 50 },
  );
});

it("lets others work while it writes very many of them", async () => {
  const many = Array.from({ length: 50_000 }, (_, n) => ({ n, of: [n, { text: `line\n${n}` }] }));
  let turns = 0;
  let counting = setImmediate(count);
  const text = await textOfList(many);
  clearImmediate(counting);
  expect(turns).toBeGreaterThan(0);
  expect(text).toBe(toText(many));

  function count(): void {
    turns += 1;
    counting = setImmediate(count);
  }
});
