/** What the manual has, in the order of its table of contents. Paths are of the repository. */

export interface Chapter {
  title: string;
  pages: readonly string[];
}

/** Its first page. */
export const FIRST_PAGE = "docs/README.md";

export const CHAPTERS: readonly Chapter[] = [
  {
    title: "Begin",
    pages: [
      FIRST_PAGE,
      "docs/install.md",
      "docs/first-model.md",
      "docs/first-image.md",
      "docs/first-instance.md",
      "docs/migration.md",
    ],
  },
  {
    title: "Use",
    pages: [
      "docs/sources.md",
      "docs/send.md",
      "docs/comfyui.md",
      "docs/images.md",
      "docs/instances.md",
      "docs/cards.md",
      "resources/README.md",
      "docs/groups.md",
      "docs/files.md",
      "docs/lock-file.md",
    ],
  },
  {
    title: "Run",
    pages: [
      "docs/operations.md",
      "docs/scheduling.md",
      "docs/postgresql.md",
      "docs/nodes.md",
      "docs/deploy.md",
      "docs/access.md",
      "docs/notifications.md",
      "docs/troubleshooting.md",
      "docs/faq.md",
    ],
  },
  {
    title: "Look up",
    pages: [
      "docs/cli.md",
      "docs/settings.md",
      "docs/http-api.md",
      "docs/client.md",
      "docs/aria2.md",
      "docs/cli-json.md",
      "docs/tool-output.md",
    ],
  },
  {
    title: "What it promises",
    pages: [
      "docs/promises.md",
      "docs/verification.md",
      "docs/benchmarks.md",
      "docs/scale.md",
      "docs/chaos.md",
    ],
  },
  {
    title: "Inside",
    pages: ["ARCHITECTURE.md", "decisions/README.md", "CONTRIBUTING.md", "CHANGELOG.md"],
  },
];

/** Those that are reached from another page and are not in the table of contents. */
export const UNLISTED = "decisions/[0-9]*.md";
