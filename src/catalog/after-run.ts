/** Longest name of a command, as of a channel. Characters. */
const MAX_NAME_LENGTH = 100;

/** `after_run` of a card or an entry of the catalogue: a name an admin has given a command, never a command. */
export function afterRunOf(fields: Readonly<Record<string, unknown>>): { afterRun?: string } {
  const name = fields["after_run"];
  if (typeof name !== "string" || name.trim() === "" || name.length > MAX_NAME_LENGTH) return {};
  return { afterRun: name.trim() };
}
