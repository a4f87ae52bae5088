/** What is measured, and where the bar is (the ratios of the product's own promise, see docs/benchmarks.md). */
import type { Contender } from "./contenders.ts";
import { MANY_FILES, MANY_FILES_HASHED, ONE_FILE, ONE_FILE_HASHED } from "./contenders.ts";
import type { Served } from "./serve.ts";

const GIB = 2 ** 30;
const MIB = 2 ** 20;

/** Haulyard has to be this many times quicker than the quickest contender of the kind. */
export type Bars = Readonly<Record<string, number>>;

export interface Case {
  name: string;
  title: string;
  contenders: readonly Contender[];
  /** In all. */
  bytes: number;
  /** Null: one file. */
  files: number | null;
  server: keyof Served["urls"];
  /** On a real disk, and everything of it there when the program ends. */
  synced: boolean;
  bars: Bars;
  /** CPU time no more than curl's, memory below 150 MB: promised where nothing is hashed or ciphered. */
  frugal: boolean;
}

const CASE = { files: null, server: "plain", synced: false, frugal: false } as const;

const MANY: readonly Case[] = [
  {
    ...CASE,
    name: "many",
    title: "1,000 files of 1 MiB",
    contenders: MANY_FILES,
    bytes: 1000 * MIB,
    files: 1000,
    bars: { aria2c: 1.5 },
  },
  {
    ...CASE,
    name: "many-sha256",
    title: "1,000 files of 1 MiB, SHA-256 checked",
    contenders: MANY_FILES_HASHED,
    bytes: 1000 * MIB,
    files: 1000,
    bars: { "aria2c, checked": 2 },
  },
];

const SLOW_WAYS: readonly Case[] = [
  {
    ...CASE,
    name: "limited",
    title: "A server that gives each connection 20 MB/s",
    contenders: ONE_FILE.filter(({ peer }) => peer === null || peer === "aria2c" || peer === "axel"),
    bytes: GIB,
    server: "limited",
    bars: { aria2c: 1.05 },
  },
  {
    ...CASE,
    name: "far",
    title: "A server 40 ms away, 1 MiB under way per connection",
    contenders: ONE_FILE.filter(({ label }) => label !== "wget"),
    bytes: GIB / 4,
    server: "far",
    bars: { aria2c: 1 },
  },
  {
    ...CASE,
    name: "lossy",
    title: "1 Gbit/s, 40 ms away, one packet in 500 lost",
    contenders: ONE_FILE.filter(({ peer }) => peer === null || peer === "aria2c" || peer === "axel"),
    bytes: GIB / 4,
    server: "lossy",
    bars: { aria2c: 1.5 },
  },
];

/** @param bytes of a large file */
export function allCases(bytes: number): readonly Case[] {
  return [...largeFile(bytes), ...MANY, ...SLOW_WAYS];
}

function largeFile(bytes: number): readonly Case[] {
  return [
    {
      ...CASE,
      name: "one",
      title: "One file, nothing checked",
      contenders: ONE_FILE,
      bytes,
      bars: { curl: 1, aria2c: 1.8 },
      frugal: true,
    },
    {
      ...CASE,
      name: "one-sha256",
      title: "One file, SHA-256 checked",
      contenders: ONE_FILE_HASHED,
      bytes,
      bars: { "aria2c --checksum": 2, "curl + openssl": 1.5, sha256: 1 / 1.3 },
    },
    {
      ...CASE,
      name: "disk",
      title: "One file to a disk, synced",
      contenders: ONE_FILE.filter(({ peer }) => peer !== "axel"),
      bytes,
      synced: true,
      bars: { aria2c: 1.8, curl: 1.4 },
    },
    {
      ...CASE,
      name: "tls",
      title: "One file over TLS 1.3",
      contenders: ONE_FILE.filter(({ peer }) => peer !== "axel"),
      bytes,
      server: "tls",
      bars: { aria2c: 1.3, curl: 1.1 },
    },
    {
      ...CASE,
      name: "tls-sha256",
      title: "One file over TLS 1.3, SHA-256 checked",
      contenders: ONE_FILE_HASHED.filter(({ peer }) => peer !== "sha256"),
      bytes,
      server: "tls",
      bars: { "aria2c --checksum": 1.6 },
    },
  ];
}
