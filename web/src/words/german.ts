/** All German there is: each folder of the page keeps its own beside what says it. */
const files = import.meta.glob<Readonly<Record<string, string>>>("../*/words.de.json", {
  eager: true,
  import: "default",
});

export const german: Readonly<Record<string, string>> = Object.fromEntries(
  Object.values(files).flatMap((words) => Object.entries(words)),
);
