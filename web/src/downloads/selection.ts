/** Which rows are selected: for what is done to many at once. Fits React's `useSyncExternalStore`. */

export interface Selected {
  ids: ReadonlySet<string>;
  /** Also those that match and that the page does not show. */
  matching: boolean;
}

const NOTHING: Selected = { ids: new Set(), matching: false };

export class Selection {
  #now = NOTHING;
  /** Where a range begins. */
  #anchor: string | null = null;
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getSnapshot = (): Selected => this.#now;

  get isEmpty(): boolean {
    return this.#now.ids.size === 0;
  }

  toggle(id: string): void {
    const ids = new Set(this.#now.ids);
    if (!ids.delete(id)) ids.add(id);
    this.#anchor = id;
    this.#show(ids);
  }

  /** All from where the last one was selected to this one, and no others. */
  extendTo(id: string, order: readonly string[]): void {
    const from = order.indexOf(this.#anchor ?? id);
    const to = order.indexOf(id);
    if (from < 0 || to < 0) return this.toggle(id);
    this.#anchor ??= id;
    this.#show(new Set(order.slice(Math.min(from, to), Math.max(from, to) + 1)));
  }

  /** All of these or none; others stay as they are. */
  setAll(these: readonly string[], wanted: boolean): void {
    const ids = new Set(this.#now.ids);
    for (const id of these) {
      if (wanted) ids.add(id);
      else ids.delete(id);
    }
    this.#anchor = these[0] ?? this.#anchor;
    this.#show(ids);
  }

  selectAll(order: readonly string[]): void {
    this.#show(new Set(order));
  }

  /** With those that match and that the page does not show. */
  selectMatching(): void {
    this.#now = { ...this.#now, matching: true };
    this.#tell();
  }

  clear(): void {
    this.#anchor = null;
    this.#show(NOTHING.ids);
  }

  /** What is not shown any more is not selected any more: nothing is done to what nobody sees. */
  keepOnly(order: readonly string[]): void {
    if (this.isEmpty) return;
    const shown = new Set(order);
    const ids = [...this.#now.ids].filter((id) => shown.has(id));
    if (ids.length < this.#now.ids.size) this.#show(new Set(ids));
  }

  #show(ids: ReadonlySet<string>): void {
    if (ids.size === 0 && this.isEmpty) return;
    this.#now = { ids, matching: false };
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
