import { OK } from "./hostile-response.ts";
import type { HostileResponse } from "./hostile-response.ts";

/** Other protocols and broken status lines. */
const STATUS_LINES: HostileResponse[] = [
  { name: "that is an SSH banner", wire: "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", outcome: "not_http" },
  { name: "that is an FTP greeting", wire: "220 ProFTPD Server ready.\r\n", outcome: "not_http" },
  { name: "that is an SMTP greeting without its line end", wire: "220 mail ES", outcome: "not_http" },
  { name: "that is a TLS alert", wire: "\x15\x03\x01\x00\x02\x02\x46", outcome: "not_http" },
  {
    name: "that is an HTTP/2 SETTINGS frame",
    wire: "\x00\x00\x12\x04\x00\x00\x00\x00\x00",
    outcome: "not_http",
  },
  { name: "of HTTP/0.9, a page without a head", wire: "<html>hello</html>", outcome: "not_http" },
  { name: "of HTTP/2 in the words of HTTP/1", wire: "HTTP/2 200 \r\n\r\n", outcome: "not_http" },
  { name: "of SHOUTcast", wire: "ICY 200 OK\r\n\r\n", outcome: "not_http" },
  { name: "in lower case", wire: "http/1.1 200 OK\r\n\r\n", outcome: "not_http" },
  { name: "after an empty line", wire: `\r\n${OK}\r\n`, outcome: "not_http" },
  { name: "after a byte order mark", wire: `\xef\xbb\xbf${OK}\r\n`, outcome: "not_http" },
  { name: "of HTTP/1.2", wire: "HTTP/1.2 200 OK\r\n\r\n", outcome: "bad_status_line" },
  { name: "of HTTP/1.10", wire: "HTTP/1.10 200 OK\r\n\r\n", outcome: "bad_status_line" },
  { name: "with two spaces before its status", wire: "HTTP/1.1  200 OK\r\n\r\n", outcome: "bad_status_line" },
  { name: "with a tab before its status", wire: "HTTP/1.1\t200 OK\r\n\r\n", outcome: "bad_status_line" },
  { name: "with status 99", wire: "HTTP/1.1 099 Low\r\n\r\n", outcome: "bad_status_line" },
  { name: "with status 2000", wire: "HTTP/1.1 2000 OK\r\n\r\n", outcome: "bad_status_line" },
  { name: "with status -20", wire: "HTTP/1.1 -20 OK\r\n\r\n", outcome: "bad_status_line" },
  {
    name: "with a status in full-width digits",
    wire: "HTTP/1.1 \xb2\xb0\xb0 OK\r\n\r\n",
    outcome: "bad_status_line",
  },
  { name: "with NUL in its reason", wire: "HTTP/1.1 200 O\0K\r\n\r\n", outcome: "bad_status_line" },
  { name: "with a bare CR in its reason", wire: "HTTP/1.1 200 O\rK\r\n\r\n", outcome: "bad_status_line" },
  {
    name: "whose status line ends in CR CR LF",
    wire: "HTTP/1.1 200 OK\r\r\n\r\n",
    outcome: "bad_status_line",
  },
  {
    name: "whose status line does not end",
    wire: `HTTP/1.1 200 ${"A".repeat(20_000)}`,
    outcome: "line_too_long",
  },
  {
    name: "that upgrades unasked",
    wire: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n",
    outcome: "unasked_upgrade",
  },
  {
    name: "that never gets past 100",
    wire: "HTTP/1.1 100 Continue\r\n\r\n".repeat(9),
    outcome: "too_many_interim",
  },
  { name: "cut in its status line", wire: "HTTP/1.1 20", outcome: "more", onClose: "closed_in_head" },
  {
    name: "cut after an interim one",
    wire: "HTTP/1.1 103 Early Hints\r\n\r\n",
    outcome: "more",
    onClose: "closed_in_head",
  },
  { name: "of no byte at all", wire: "", outcome: "more", onClose: "closed_before_head" },
];

const FIELDS: HostileResponse[] = [
  { name: "with a folded field", wire: `${OK}X-A: one\r\n two\r\n\r\n`, outcome: "folded_field" },
  {
    name: "with a folded Content-Length",
    wire: `${OK}Content-Length:\r\n\t5\r\n\r\nhello`,
    outcome: "folded_field",
  },
  {
    name: "with white space before its first field",
    wire: `${OK} X-A: one\r\n\r\n`,
    outcome: "folded_field",
  },
  {
    name: "with a space before a colon",
    wire: `${OK}Content-Length : 5\r\n\r\nhello`,
    outcome: "space_before_colon",
  },
  {
    name: "with a tab before a colon",
    wire: `${OK}Transfer-Encoding\t: chunked\r\n\r\n`,
    outcome: "space_before_colon",
  },
  { name: "with a field without a colon", wire: `${OK}Content-Length 5\r\n\r\n`, outcome: "bad_field_name" },
  { name: "with a field without a name", wire: `${OK}: 5\r\n\r\n`, outcome: "bad_field_name" },
  {
    name: "with a space in a field's name",
    wire: `${OK}Content Length: 5\r\n\r\n`,
    outcome: "bad_field_name",
  },
  { name: "with NUL in a field's name", wire: `${OK}Content-Length\0: 5\r\n\r\n`, outcome: "bad_field_name" },
  { name: "with a letter of no token in a name", wire: `${OK}X-\xc4: 5\r\n\r\n`, outcome: "bad_field_name" },
  { name: "with NUL in a value", wire: `${OK}ETag: "a\0b"\r\n\r\n`, outcome: "bad_field_value" },
  { name: "with a bare CR in a value", wire: `${OK}X-A: one\rX-B: two\r\n\r\n`, outcome: "bad_field_value" },
  { name: "whose field ends in CR CR LF", wire: `${OK}X-A: one\r\r\n\r\n`, outcome: "bad_field_value" },
  { name: "whose head ends in CR CR LF", wire: `${OK}X-A: one\r\n\r\r\n`, outcome: "bad_field_name" },
  {
    name: "with an escape sequence for terminals",
    wire: `${OK}Server: \x1b]0;pwned\x07\r\n\r\n`,
    outcome: "bad_field_value",
  },
  {
    name: "with a field that does not end",
    wire: `${OK}Set-Cookie: ${"A".repeat(20_000)}`,
    outcome: "line_too_long",
  },
  {
    name: "with a head that does not end",
    wire: OK + `X: ${"y".repeat(8000)}\r\n`.repeat(20),
    outcome: "head_too_large",
  },
  { name: "with very many small fields", wire: OK + "a:\r\n".repeat(300), outcome: "too_many_fields" },
  {
    name: "cut in its fields",
    wire: `${OK}Content-Length: 5\r\n`,
    outcome: "more",
    onClose: "closed_in_head",
  },
];

export const HOSTILE_HEADS: readonly HostileResponse[] = [...STATUS_LINES, ...FIELDS];
