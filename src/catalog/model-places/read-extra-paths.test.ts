import { describe, expect, test } from "vitest";
import { readExtraPaths } from "./read-extra-paths.ts";

const around = { folder: "/etc/comfy", home: "/home/me", environment: { DISK: "/mnt/disk" } };
const read = (text: string): ReturnType<typeof readExtraPaths> => readExtraPaths(text, around);
const folders = (text: string): string[] =>
  read(text).folders.map(({ kind, folder, isDefault }) => `${kind} ${folder}${isDefault ? " default" : ""}`);

describe("ComfyUI's extra_model_paths.yaml", () => {
  test("names folders by kind, several with a line for each, below a base", () => {
    const text = `
comfyui:
  base_path: /data/comfy/
  is_default: true
  checkpoints: models/checkpoints/
  text_encoders: |
    models/text_encoders/
    models/clip/
other:
  loras: /else/loras
`;
    expect(folders(text)).toEqual([
      "checkpoints /data/comfy/models/checkpoints default",
      "text_encoders /data/comfy/models/text_encoders default",
      "text_encoders /data/comfy/models/clip default",
      "loras /else/loras",
    ]);
    expect(read(text).problems).toEqual([]);
  });

  test("calls folders by their present names, and keeps kinds that only an extension knows", () => {
    expect(folders("a:\n  unet: /m/unet\n  clip: /m/clip\n  my_nodes_models: /m/mine\n")).toEqual([
      "diffusion_models /m/unet",
      "text_encoders /m/clip",
      "my_nodes_models /m/mine",
    ]);
  });

  test("has ~ and variables in the base, and is relative to the file's own folder", () => {
    expect(folders("a:\n  base_path: ~/models\n  vae: vae\n")).toEqual(["vae /home/me/models/vae"]);
    expect(folders("a:\n  base_path: $DISK/${DISK}x/$NONE\n  vae: vae\n")).toEqual([
      "vae /mnt/disk//mnt/diskx/$NONE/vae".replace("//", "/"),
    ]);
    expect(folders("a:\n  base_path: ../up\n  vae: vae\n")).toEqual(["vae /etc/up/vae"]);
    expect(folders("a:\n  vae: below/vae\n")).toEqual(["vae /etc/comfy/below/vae"]);
  });

  test("reads what Python's YAML takes for true, and the last of keys that occur twice", () => {
    expect(folders("a:\n  is_default: yes\n  vae: /a\n  vae: /b\n")).toEqual(["vae /b default"]);
    expect(folders("a:\n  is_default: no\n  vae: /a\n")).toEqual(["vae /a"]);
  });

  test("looks for no models among the programs of nodes, and passes over empty sections", () => {
    expect(folders("a:\nb:\n  custom_nodes: /programs\n  vae: /v\n")).toEqual(["vae /v"]);
    expect(read("")).toEqual({ folders: [], problems: [] });
  });

  test("says which part is wrong and keeps the rest", () => {
    const { folders: kept, problems } = read(
      "a: text\nb:\n  vae: [1, 2]\n  loras: /l\nc:\n  base_path: 7\n  vae: x\n",
    );
    expect(kept.map(({ folder }) => folder)).toEqual(["/l"]);
    expect(problems).toEqual([
      "a: expected kinds of models and their paths",
      "b.vae: expected one path, or several with a line for each",
      "c.base_path: expected a path",
    ]);
  });

  test("is nothing where it is no YAML, or a bomb of references", () => {
    expect(read("a: [\n")).toMatchObject({
      folders: [],
      problems: [expect.stringContaining("is no YAML: ")],
    });
    expect(read("- a\n").problems).toEqual(["must hold sections, each with its paths"]);
    const bomb = ["a: &a0 [x, x, x, x, x, x, x, x, x]"];
    for (let level = 1; level < 12; level++)
      bomb.push(`a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(", ")}]`);
    expect(read(bomb.join("\n")).problems[0]).toMatch(/^cannot be used: /);
  });
});
