import { expect, test } from "vitest";
import { localEnvironment, sshEnvironment } from "./pick-environment.ts";

const ALL = {
  HOME: "/home/me",
  PATH: "/bin",
  SSH_AUTH_SOCK: "/run/agent",
  HTTPS_PROXY: "http://proxy",
  https_proxy: "http://proxy",
  HAULYARD_TOKEN: "secret",
  HF_TOKEN: "secret",
  CIVITAI_API_KEY: "secret",
  NODE_OPTIONS: "--inspect",
  LD_PRELOAD: "/evil.so",
  EMPTY: undefined,
};

test("ssh and commands here see what they need of our environment, and none of our secrets", () => {
  expect(sshEnvironment(ALL)).toEqual({ HOME: "/home/me", PATH: "/bin", SSH_AUTH_SOCK: "/run/agent" });
  expect(localEnvironment(ALL)).toEqual({
    HOME: "/home/me",
    PATH: "/bin",
    HTTPS_PROXY: "http://proxy",
    https_proxy: "http://proxy",
  });
});
