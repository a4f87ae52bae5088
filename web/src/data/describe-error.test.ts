import { expect, test } from "vitest";
import { ApiError, Unreachable } from "../../../src/client/api-error.ts";
import { describeError } from "./describe-error.ts";

test("what the server refuses is told with what to do about it", () => {
  const advice = "Open https://huggingface.co/org/repo and accept the conditions.";
  const gated = new ApiError(422, "forbidden", "The model org/repo is gated.", "source", { advice });
  expect(describeError(gated)).toEqual({
    message: `The model org/repo is gated. ${advice}`,
    field: "source",
  });
  expect(describeError(new ApiError(404, "not_found", "There is none."))).toEqual({
    message: "There is none.",
    field: null,
  });
});

test("a server that is away has changed nothing", () => {
  expect(describeError(new Unreachable(".", "no answer")).message).toMatch(/Nothing was changed/);
});
