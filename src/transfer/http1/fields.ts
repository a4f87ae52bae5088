/** Header and trailer fields (RFC 9110 §5, RFC 9112 §5). */
import { fault } from "./protocol-fault.ts";
import type { ProtocolFault } from "./protocol-fault.ts";

/** Lower-case name → values in the order they came. Values are ISO-8859-1: one character is one byte. */
export type Fields = ReadonlyMap<string, readonly string[]>;

export const NO_FIELDS: Fields = new Map();

/** RFC 9110 §5.6.2: token = 1*tchar */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * RFC 9110 §5.5: field-vchar, SP and HTAB. CR, LF and NUL are dangerous in a value; the other control
 * characters are invalid too and nobody honest sends them.
 */
const FIELD_VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;

export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

export function isFieldValue(text: string): boolean {
  return FIELD_VALUE.test(text);
}

export type FieldLine =
  | { kind: "field"; name: string; value: string }
  | { kind: "fault"; fault: ProtocolFault };

/** Reads one field line, without its line end. The name comes out in lower case. */
export function parseFieldLine(line: string): FieldLine {
  // RFC 9112 §5.2 wants a user agent to unfold obs-fold, or nobody to send it. It has been obsolete since
  // 2014 and is a known way to make two readers of one message disagree: refused.
  // RFC 9112 §2.2: white space between the start line and the first field: "reject the message as invalid".
  if (isBlank(line.charCodeAt(0))) return { kind: "fault", fault: fault("folded_field") };
  const colon = line.indexOf(":");
  if (colon < 1) return { kind: "fault", fault: fault("bad_field_name") };
  // RFC 9112 §5.1: "No whitespace is allowed between the field name and colon."
  if (isBlank(line.charCodeAt(colon - 1))) return { kind: "fault", fault: fault("space_before_colon") };
  const name = line.slice(0, colon);
  if (!isToken(name)) return { kind: "fault", fault: fault("bad_field_name") };
  // RFC 9112 §5.1: "optional leading and trailing whitespace (OWS) … not part of the field line value".
  const value = trimBlanks(line, colon + 1);
  if (!isFieldValue(value)) return { kind: "fault", fault: fault("bad_field_value") };
  return { kind: "field", name: name.toLowerCase(), value };
}

/** The members of a comma-separated field of tokens (RFC 9110 §5.6.1), in lower case, empty ones left out. */
export function fieldTokens(fields: Fields, name: string): string[] {
  const lines = fields.get(name) ?? [];
  return lines
    .flatMap((line) => line.split(","))
    .map((member) => trimBlanks(member, 0).toLowerCase())
    .filter((member) => member !== "");
}

/** The text from `from` on without spaces and tabs at its ends. Not a regular expression: those can take squares. */
export function trimBlanks(text: string, from: number): string {
  let start = from;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
