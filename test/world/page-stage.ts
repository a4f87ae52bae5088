/** What a test of the page begins with: a browser, an origin, and a server with folders of its own that shows the page. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { buildPage } from "../../tools/build-page.ts";
import { launchChromium, visit } from "./browser.ts";
import type { Visit } from "./browser.ts";
import { createWorld, startHaulyard } from "./haulyard.ts";
import type { Haulyard, World } from "./haulyard.ts";
import { startOrigin } from "./origin.ts";
import type { FileSpec, Origin } from "./origin.ts";

type Environment = Record<string, string>;
type Catalogue = Record<string, unknown>;

export interface StageOptions {
  /** What there is to download, by path. */
  origin?: Record<string, FileSpec>;
  /** Of models. */
  catalogue?: Catalogue | ((origin: Origin) => Catalogue);
  /** Puts into the folders what the server is to find when it starts. */
  lay?: (world: World, origin: Origin) => Promise<unknown>;
  /** Variables of the server. */
  env?: Environment | ((world: World) => Environment);
  /** One that was opened by `openBrowser`, and goes on when the stage ends. */
  browser?: Browser;
}

export interface Stage extends AsyncDisposable {
  browser: Browser;
  origin: Origin;
  world: World;
  /** The server as it runs now: `startAgain` puts another one in its place. */
  readonly haulyard: Haulyard;
  /** Of the server, the same whenever it is started again. */
  url: string;
  /** Starts the server again, at its address, after it was ended. `more`: other variables than before. */
  startAgain(more?: Environment): Promise<void>;
  /** Opens an address, of the server if it names no other, in a browser profile of its own. */
  visit(address?: string, options?: BrowserContextOptions): Promise<Visit>;
  /** Visits a route of the page, and waits for its heading. */
  look(route?: string, options?: BrowserContextOptions): Promise<Page>;
  /**
   * Closes all that is open, and fails with the troubles they had; the end of the stage does the same.
   * @param expected troubles that belong to what is tested
   */
  endVisits(expected?: RegExp): Promise<void>;
}

/** A browser, where the page that the servers show is built of the sources as they are. */
export async function openBrowser(): Promise<Browser> {
  const built = await buildPage();
  if (built.kind === "failed") throw new Error(built.output);
  return launchChromium();
}

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const origin = stack.use(await startOrigin(options.origin));
  const { catalogue, env: given = {} } = options;
  const world = await createWorld(typeof catalogue === "function" ? catalogue(origin) : catalogue);
  stack.defer(() => world.remove());
  await options.lay?.(world, origin);
  const env = typeof given === "function" ? given(world) : given;
  const browser = options.browser ?? (await openBrowser());
  if (options.browser === undefined) stack.defer(() => browser.close());
  let haulyard = await startHaulyard(world, { env });
  stack.defer(async () => void (await haulyard.stop()));
  const { url, port } = haulyard;

  const visits: Visit[] = [];
  const visitOne: Stage["visit"] = async (address = "/", view = {}) => {
    const one = await visit(browser, new URL(address, url).href, view);
    visits.push(one);
    return one;
  };
  const endVisits: Stage["endVisits"] = async (expected) => {
    const ended = visits.splice(0);
    for (const { context } of ended) await context.close();
    const troubles = ended.flatMap((one) => one.troubles);
    const unexpected = troubles.filter((trouble) => expected?.test(trouble) !== true);
    if (unexpected.length > 0) throw new Error(unexpected.join("\n"));
  };
  stack.defer(() => endVisits());
  const kept = stack.move();
  return {
    browser,
    origin,
    world,
    get haulyard() {
      return haulyard;
    },
    url,
    startAgain: async (more = {}) => {
      haulyard = await startHaulyard(world, { env: { ...env, ...more }, port });
    },
    visit: visitOne,
    look: async (route = "/downloads", view = {}) => {
      const { page } = await visitOne(`/#${route}`, view);
      await page.getByRole("heading", { level: 1 }).waitFor();
      return page;
    },
    endVisits,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
