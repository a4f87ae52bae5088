/** The parameters of a call, by position, with aria2's complaints. */
import { RpcError } from "./rpc-error.ts";

export type Struct = Readonly<Record<string, unknown>>;

export class Params {
  readonly #values: readonly unknown[];

  constructor(values: readonly unknown[]) {
    this.#values = values;
  }

  text(index: number): string {
    return required(this.optionalText(index), index);
  }

  optionalText(index: number): string | undefined {
    return this.#read(index, (value) => typeof value === "string");
  }

  list(index: number): readonly unknown[] {
    return required(this.optionalList(index), index);
  }

  optionalList(index: number): readonly unknown[] | undefined {
    return this.#read(index, (value): value is readonly unknown[] => Array.isArray(value));
  }

  struct(index: number): Struct {
    return required(this.optionalStruct(index), index);
  }

  optionalStruct(index: number): Struct | undefined {
    return this.#read(index, isStruct);
  }

  integer(index: number): number {
    return required(this.#read(index, isInteger), index);
  }

  integerFrom(index: number, least: number): number {
    const value = this.integer(index);
    if (value < least)
      throw new RpcError(
        `The integer parameter at ${index} has invalid value: the value must be greater than or equal to ${least}.`,
      );
    return value;
  }

  /** In the queue, from 0. */
  optionalPosition(index: number): number | undefined {
    const value = this.#read(index, isInteger);
    if (value !== undefined && value < 0) throw new RpcError("Position must be greater than or equal to 0.");
    return value;
  }

  /** Which fields of an answer are wanted; null: all. */
  keys(index: number): ReadonlySet<string> | null {
    const keys = this.optionalList(index)?.filter((key) => typeof key === "string") ?? [];
    return keys.length === 0 ? null : new Set(keys);
  }

  #read<T>(index: number, fits: (value: unknown) => value is T): T | undefined {
    const value = this.#values[index];
    if (index >= this.#values.length) return undefined;
    if (!fits(value)) throw new RpcError(`The parameter at ${index} has wrong type.`);
    return value;
  }
}

export function isStruct(value: unknown): value is Struct {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function required<T>(value: T | undefined, index: number): T {
  if (value === undefined) throw new RpcError(`The parameter at ${index} is required but missing.`);
  return value;
}
