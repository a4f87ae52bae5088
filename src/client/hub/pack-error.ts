/** Errors of calls on their way between tabs: a clone of an error is no `ApiError` any more. */
import { ApiError, Unreachable } from "../api-error.ts";

export type PackedError =
  | {
      kind: "api";
      status: number;
      code: string;
      message: string;
      field: string | null;
      advice: string | null;
      page: string | null;
    }
  | { kind: "unreachable"; baseUrl: string; why: string }
  | { kind: "other"; message: string };

export function packError(error: Error): PackedError {
  if (error instanceof ApiError) {
    const { status, code, message, field, advice, page } = error;
    return { kind: "api", status, code, message, field, advice, page };
  }
  if (error instanceof Unreachable) return { kind: "unreachable", baseUrl: error.baseUrl, why: error.why };
  return { kind: "other", message: error.message };
}

export function unpackError(packed: PackedError): Error {
  switch (packed.kind) {
    case "api": {
      const { status, code, message, field, advice, page } = packed;
      return new ApiError(status, code, message, field, {
        advice: advice ?? undefined,
        page: page ?? undefined,
      });
    }
    case "unreachable":
      return new Unreachable(packed.baseUrl, packed.why);
    case "other":
      return new Error(packed.message);
    default:
      throw packed satisfies never;
  }
}
