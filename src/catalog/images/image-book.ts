/** What is known of the files of the images folder besides what lies there: a file of ours in the data folder. */
import { dirname } from "node:path";
import { z } from "zod";
import { makeFolders } from "../../disk/make-folders.ts";
import type { ImageNote } from "../../job/image-contract.ts";
import { replaceText, readText } from "../catalog-file.ts";

const Algorithm = z.enum(["sha256", "sha512", "sha1", "md5", "blake3"]);

const Page = z.object({
  /** Of the file that it was written about: of another one it says nothing. */
  stamp: z.string(),
  hashes: z.partialRecord(Algorithm, z.string()).default({}),
  note: z
    .object({
      imageId: z.string(),
      build: z.string().nullable(),
      checksum: z.object({ algorithm: Algorithm, hex: z.string(), origin: z.string() }).nullable(),
      verified: z.boolean(),
    })
    .nullable()
    .default(null),
});

const Book = z.object({ version: z.literal(1), files: z.record(z.string(), Page) });

export type Hashes = z.infer<typeof Page>["hashes"];

export interface BookPage {
  stamp: string;
  hashes: Hashes;
  note: ImageNote | null;
}

const EMPTY = { hashes: {}, note: null } as const;

/** Everything in it can be found out again by reading the files: where it is broken, it begins anew. */
export class ImageBook {
  readonly #file: string;
  #pages: Promise<Map<string, BookPage>> | null = null;
  #saving: Promise<void> = Promise.resolve();

  constructor(file: string) {
    this.#file = file;
  }

  async pageOf(filepath: string, stamp: string): Promise<Pick<BookPage, "hashes" | "note">> {
    const page = (await this.#open()).get(filepath);
    return page?.stamp === stamp ? page : EMPTY;
  }

  /** Adds to the page of a file; of one that has changed since, nothing is kept. On the disk when it resolves. */
  async write(filepath: string, stamp: string, more: Partial<Omit<BookPage, "stamp">>): Promise<void> {
    const { hashes, note } = await this.pageOf(filepath, stamp);
    const page = { stamp, hashes: { ...hashes, ...more.hashes }, note: more.note ?? note };
    (await this.#open()).set(filepath, page);
    await this.#save();
  }

  /** Forgets files that are not there any more. */
  async keepOnly(filepaths: ReadonlySet<string>): Promise<void> {
    const pages = await this.#open();
    const gone = [...pages.keys()].filter((filepath) => !filepaths.has(filepath));
    if (gone.length === 0) return;
    for (const filepath of gone) pages.delete(filepath);
    await this.#save();
  }

  /** Read once: who asks while it is read gets the same pages. */
  #open(): Promise<Map<string, BookPage>> {
    this.#pages ??= this.#load();
    return this.#pages;
  }

  async #load(): Promise<Map<string, BookPage>> {
    try {
      const text = await readText(this.#file);
      const book = Book.parse(JSON.parse(text ?? '{"version":1,"files":{}}'));
      return new Map(Object.entries(book.files));
    } catch {
      return new Map();
    }
  }

  /** One after the other; what is written is what is known by then. */
  #save(): Promise<void> {
    const save = async (): Promise<void> => {
      const files = Object.fromEntries(await this.#open());
      await makeFolders(dirname(this.#file));
      await replaceText(this.#file, `${JSON.stringify({ version: 1, files }, null, 1)}\n`, async () => true);
    };
    const saved = this.#saving.then(save);
    this.#saving = saved.catch(() => undefined);
    return saved;
  }
}
