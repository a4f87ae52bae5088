/** Settings that people change while the server runs: kept in the store, put in the place of what was given. */
import type { Clock } from "../job/clock.ts";
import type {
  ChangeOutcome,
  FolderLook,
  SettingProblem,
  SettingsKeeper,
  SettingsStore,
  SettingView,
  StoredSetting,
  TokenTest,
} from "../job/settings-contract.ts";
import { writeValue } from "./kinds.ts";
import { readChange, refuseChange } from "./read-change.ts";
import type { GivenSettings } from "./read-settings.ts";
import { isSettingName, rowOf, SETTING_NAMES } from "./settings-table.ts";
import type { SettingName, Settings } from "./settings-table.ts";
import { viewSetting } from "./view-setting.ts";

export interface KeptSettingsParts {
  given: GivenSettings;
  store: SettingsStore;
  clock: Clock;
  log: { info(facts: object, message: string): void; error(facts: object, message: string): void };
  lookAtFolder: (path: string) => Promise<FolderLook>;
}

/** Asks the service a token is for; `settings` are read anew. */
export type TestToken = (name: string, signal: AbortSignal) => Promise<TokenTest | null>;

/** Reads what was changed before, so that the settings may be used from now on. */
export async function openKeptSettings(parts: KeptSettingsParts): Promise<KeptSettings> {
  const kept = new KeptSettings(parts, await parts.store.list());
  return kept;
}

/** What a change is made of: text for the store, value for those who use it. */
interface Changed {
  stored: StoredSetting;
  value: unknown;
}

export class KeptSettings {
  /** What is in use. A property is to be read at each use, not once: some change while the server runs. */
  readonly values: Settings;
  readonly #parts: KeptSettingsParts;
  /** What holds until the next start, for those that change with one. */
  readonly #atStart: Settings;
  /** What was read of the store last. */
  #known: string;
  #changed: ReadonlyMap<SettingName, Changed>;
  /** Everything as it was set last. */
  #latest: Settings;
  #version = 1;
  /** Changes are made one after the other: each is checked against what the one before left. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: KeptSettingsParts, stored: readonly StoredSetting[]) {
    this.#parts = parts;
    this.#known = JSON.stringify(stored);
    this.#changed = this.#read(stored);
    this.#latest = this.#settle();
    this.#atStart = this.#latest;
    this.values = this.#inUse();
  }

  get version(): number {
    return this.#version;
  }

  /** Takes in what another process has changed. */
  look(): Promise<void> {
    return this.#inTurn(async () => {
      const stored = await this.#parts.store.list();
      const known = JSON.stringify(stored);
      if (known === this.#known) return;
      this.#take(stored);
      this.#parts.log.info({}, "settings were changed by another server");
    });
  }

  /** @param test asks the service a token is for */
  keeper(test: TestToken): SettingsKeeper {
    const keeper = {
      view: () => this.#view(),
      change: (values: Readonly<Record<string, unknown>>) => this.#inTurn(() => this.#change(values)),
      reset: (name: string) => this.#inTurn(() => this.#reset(name)),
      test,
    };
    return Object.defineProperty(keeper, "version", { get: () => this.#version }) as SettingsKeeper;
  }

  async #view(): Promise<SettingView[]> {
    const { given, lookAtFolder } = this.#parts;
    const unchanged = given.with(new Map());
    return Promise.all(
      SETTING_NAMES.map(async (name) => {
        const { mustWrite, kind } = rowOf(name);
        const latest: unknown = this.#latest[name];
        return viewSetting(name, {
          given: given.values.get(name) ?? null,
          latest,
          unchanged: unchanged[name],
          inUse: this.values[name],
          changedAt: this.#changed.get(name)?.stored.changedAt ?? null,
          folder: mustWrite === true ? await lookAtFolder(writeValue(kind, latest)) : null,
        });
      }),
    );
  }

  async #change(values: Readonly<Record<string, unknown>>): Promise<ChangeOutcome> {
    const { given, store, clock, log, lookAtFolder } = this.#parts;
    const problems: SettingProblem[] = [];
    const changes: { name: SettingName; text: string | null }[] = [];
    for (const [name, raw] of Object.entries(values)) {
      const change = await readChange(name, raw, given.base, lookAtFolder);
      if (change.kind === "unknown") return { kind: "unknown", name };
      if (change.kind === "refused") problems.push({ name, message: change.message });
      else changes.push(change);
    }
    const [first, ...more] = problems;
    if (first !== undefined) return { kind: "refused", problems: [first, ...more] };
    await store.write(changes, clock.now());
    await this.#reread();
    // Names only: values may be secrets.
    log.info({ settings: changes.map(({ name }) => name) }, "settings were changed");
    return { kind: "changed" };
  }

  async #reset(name: string): Promise<ChangeOutcome> {
    const { store, clock, log } = this.#parts;
    if (!isSettingName(name)) return { kind: "unknown", name };
    const message = refuseChange(name);
    if (message !== null) return { kind: "refused", problems: [{ name, message }] };
    await store.write([{ name, text: undefined }], clock.now());
    await this.#reread();
    log.info({ settings: [name] }, "a change of a setting was given up");
    return { kind: "changed" };
  }

  async #reread(): Promise<void> {
    this.#take(await this.#parts.store.list());
  }

  #take(stored: readonly StoredSetting[]): void {
    this.#known = JSON.stringify(stored);
    this.#changed = this.#read(stored);
    this.#latest = this.#settle();
    this.#version += 1;
  }

  /** What is stored, as far as it can be read: a newer version may have written it, or an older one. */
  #read(stored: readonly StoredSetting[]): Map<SettingName, Changed> {
    const changed = new Map<SettingName, Changed>();
    for (const one of stored) {
      const value = this.#valueOf(one);
      if (value === undefined)
        this.#parts.log.error(
          { setting: one.name },
          "a setting that was changed cannot be read; what was given holds",
        );
      else if (isSettingName(one.name)) changed.set(one.name, { stored: one, value });
    }
    return changed;
  }

  #valueOf({ name, text }: StoredSetting): unknown {
    if (!isSettingName(name)) return undefined;
    const { changeable, kind } = rowOf(name);
    if (changeable !== "now" && changeable !== "next_start") return undefined;
    return text === null ? null : kind.read(text, this.#parts.given.base);
  }

  #settle(): Settings {
    return this.#parts.given.with(new Map([...this.#changed].map(([name, { value }]) => [name, value])));
  }

  #inUse(): Settings {
    const values = {};
    for (const name of SETTING_NAMES) {
      const isLive = rowOf(name).changeable === "now";
      const get = (): unknown => (isLive ? this.#latest : this.#atStart)[name];
      Object.defineProperty(values, name, { get, enumerable: true });
    }
    return Object.freeze(values) as Settings;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }
}
