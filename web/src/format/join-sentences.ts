/** What is wrong, and what to do about it, which may come without a full stop between them. */
export function joinSentences(message: string, advice: string | null): string {
  if (advice === null || advice === "") return message;
  return /[.!?]$/.test(message) ? `${message} ${advice}` : `${message}. ${advice}`;
}
