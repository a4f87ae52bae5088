import { OK } from "./hostile-response.ts";
import type { HostileResponse } from "./hostile-response.ts";

const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;

const LENGTHS: HostileResponse[] = [
  {
    name: "with two lengths",
    wire: `${OK}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`,
    outcome: "repeated_content_length",
  },
  {
    name: "with the same length twice",
    wire: `${OK}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`,
    outcome: "repeated_content_length",
  },
  {
    name: "with a list of lengths",
    wire: `${OK}Content-Length: 5, 5\r\n\r\nhello`,
    outcome: "repeated_content_length",
  },
  { name: "with a negative length", wire: `${OK}Content-Length: -5\r\n\r\n`, outcome: "bad_content_length" },
  {
    name: "with a length with a sign",
    wire: `${OK}Content-Length: +5\r\n\r\nhello`,
    outcome: "bad_content_length",
  },
  {
    name: "with a hexadecimal length",
    wire: `${OK}Content-Length: 0x5\r\n\r\nhello`,
    outcome: "bad_content_length",
  },
  {
    name: "with a length in powers of ten",
    wire: `${OK}Content-Length: 1e3\r\n\r\n`,
    outcome: "bad_content_length",
  },
  {
    name: "with a broken length",
    wire: `${OK}Content-Length: 5.0\r\n\r\nhello`,
    outcome: "bad_content_length",
  },
  { name: "with an empty length", wire: `${OK}Content-Length:\r\n\r\n`, outcome: "bad_content_length" },
  {
    name: "with two numbers as length",
    wire: `${OK}Content-Length: 5 5\r\n\r\nhello`,
    outcome: "bad_content_length",
  },
  {
    name: "with a length of 2^53",
    wire: `${OK}Content-Length: 9007199254740992\r\n\r\n`,
    outcome: "bad_content_length",
  },
  {
    name: "with a length of 2^64 + 5",
    wire: `${OK}Content-Length: 18446744073709551621\r\n\r\nhello`,
    outcome: "bad_content_length",
  },
  {
    name: "with length and chunks",
    wire: `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    outcome: "length_and_coding",
  },
  {
    name: "with chunks and length",
    wire: `${OK}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n`,
    outcome: "length_and_coding",
  },
  {
    name: "shorter than its length",
    wire: `${OK}Content-Length: 9\r\n\r\nhello`,
    outcome: "more",
    body: "hello",
    onClose: "closed_in_body",
  },
  {
    name: "longer than its length",
    wire: `${OK}Content-Length: 5\r\n\r\nhello, and more`,
    outcome: "end",
    body: "hello",
  },
];

const CODINGS: HostileResponse[] = [
  {
    name: "chunked in HTTP/1.0",
    wire: "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    outcome: "coding_in_http10",
  },
  {
    name: "chunked twice",
    wire: `${OK}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`,
    outcome: "unknown_transfer_coding",
  },
  {
    name: "chunked twice, in two fields",
    wire: `${OK}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    outcome: "unknown_transfer_coding",
  },
  {
    name: "zipped and chunked unasked",
    wire: `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
    outcome: "unknown_transfer_coding",
  },
  {
    name: "chunked, then something else",
    wire: `${OK}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
    outcome: "unknown_transfer_coding",
  },
  {
    name: "chunked beside an empty coding",
    wire: `${OK}Transfer-Encoding:\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    outcome: "unknown_transfer_coding",
  },
  {
    name: "with an empty coding",
    wire: `${OK}Transfer-Encoding:\r\n\r\n0\r\n\r\n`,
    outcome: "unknown_transfer_coding",
  },
  {
    name: "with a coding that only looks like chunked",
    wire: `${OK}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
    outcome: "unknown_transfer_coding",
  },
  {
    name: "with a quoted coding",
    wire: `${OK}Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n`,
    outcome: "unknown_transfer_coding",
  },
  {
    name: "with a vertical tab in its coding",
    wire: `${OK}Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n`,
    outcome: "bad_field_value",
  },
];

const CHUNKS: HostileResponse[] = [
  {
    name: "whose chunk extension has no name",
    wire: `${CHUNKED}5;\r\nhello\r\n`,
    outcome: "bad_chunk_extension",
  },
  {
    name: "whose chunk extension has an open quote",
    wire: `${CHUNKED}5;a="b\r\nhello\r\n`,
    outcome: "bad_chunk_extension",
  },
  {
    name: "whose chunk extension has many quotes, one of them open",
    wire: `${CHUNKED}5${';a="b"'.repeat(2000)};a="\r\nhello\r\n`,
    outcome: "bad_chunk_extension",
  },
  { name: "whose chunk has no size", wire: `${CHUNKED}\r\nhello\r\n`, outcome: "bad_chunk_size" },
  { name: "whose chunk size is -1", wire: `${CHUNKED}-1\r\n`, outcome: "bad_chunk_size" },
  { name: "whose chunk size is +5", wire: `${CHUNKED}+5\r\nhello\r\n`, outcome: "bad_chunk_size" },
  { name: "whose chunk size is 0x5", wire: `${CHUNKED}0x5\r\nhello\r\n`, outcome: "bad_chunk_size" },
  {
    name: "whose chunk size has a space before it",
    wire: `${CHUNKED} 5\r\nhello\r\n`,
    outcome: "bad_chunk_size",
  },
  {
    name: "whose chunk size has a space after it",
    wire: `${CHUNKED}5 \r\nhello\r\n`,
    outcome: "bad_chunk_size",
  },
  { name: "whose chunk size has an underscore", wire: `${CHUNKED}1_0\r\n`, outcome: "bad_chunk_size" },
  { name: "whose chunk size is 2^53", wire: `${CHUNKED}20000000000000\r\n`, outcome: "chunk_too_large" },
  {
    name: "whose chunk size is 2^64 + 5",
    wire: `${CHUNKED}10000000000000005\r\nhello\r\n`,
    outcome: "chunk_too_large",
  },
  {
    name: "whose chunk sizes add up to 2^53",
    wire: `${CHUNKED}1\r\na\r\n1fffffffffffff\r\n`,
    outcome: "chunk_too_large",
    body: "a",
  },
  { name: "whose chunk size ends in a lone LF", wire: `${CHUNKED}5\nhello\r\n`, outcome: "bad_line_end" },
  {
    name: "whose chunk extension holds a lone LF",
    wire: `${CHUNKED}5;\nhello\r\n0\r\n\r\n`,
    outcome: "bad_line_end",
  },
  {
    name: "whose chunk extension holds a bare CR",
    wire: `${CHUNKED}5;a\rb\r\nhello\r\n`,
    outcome: "bad_chunk_extension",
  },
  {
    name: "whose chunk extension holds NUL",
    wire: `${CHUNKED}5;a\0b\r\nhello\r\n`,
    outcome: "bad_chunk_extension",
  },
  {
    name: "whose chunk extension does not end",
    wire: `${CHUNKED}5;${"a".repeat(20_000)}`,
    outcome: "line_too_long",
  },
  {
    name: "of one byte and a kilobyte of extension, over and over",
    wire: CHUNKED + `1;${"e".repeat(1023)}\r\nx\r\n`.repeat(40),
    outcome: "chunk_extensions_too_large",
    body: "x".repeat(16),
  },
  {
    name: "whose chunk is longer than its size",
    wire: `${CHUNKED}5\r\nhello!\r\n`,
    outcome: "bad_chunk_end",
    body: "hello",
  },
  {
    name: "whose chunk is shorter than its size",
    wire: `${CHUNKED}6\r\nhello\r\n0\r\n\r\n`,
    outcome: "bad_chunk_end",
    body: "hello\r",
  },
  {
    name: "whose chunk ends in a lone LF",
    wire: `${CHUNKED}5\r\nhello\n0\r\n\r\n`,
    outcome: "bad_chunk_end",
    body: "hello",
  },
  { name: "whose trailer ends in a lone LF", wire: `${CHUNKED}0\r\nX-A: b\n\r\n`, outcome: "bad_line_end" },
  { name: "whose last line is a lone LF", wire: `${CHUNKED}0\r\n\n`, outcome: "bad_line_end" },
  { name: "whose trailer is folded", wire: `${CHUNKED}0\r\nX-A: b\r\n c\r\n\r\n`, outcome: "folded_field" },
  {
    name: "whose trailer does not end",
    wire: CHUNKED + "0\r\n" + `X: ${"y".repeat(4000)}\r\n`.repeat(5),
    outcome: "trailer_too_large",
  },
  {
    name: "with very many trailers",
    wire: CHUNKED + "0\r\n" + "a:\r\n".repeat(80),
    outcome: "too_many_fields",
  },
  {
    name: "without a last chunk",
    wire: `${CHUNKED}5\r\nhello\r\n`,
    outcome: "more",
    body: "hello",
    onClose: "closed_in_body",
  },
  {
    name: "without the line after its last chunk",
    wire: `${CHUNKED}5\r\nhello\r\n0\r\n`,
    outcome: "more",
    body: "hello",
    onClose: "closed_in_body",
  },
  {
    name: "followed by another one",
    wire: `${CHUNKED}5\r\nhello\r\n0\r\n\r\n${OK}\r\n`,
    outcome: "end",
    body: "hello",
  },
];

export const HOSTILE_BODIES: readonly HostileResponse[] = [...LENGTHS, ...CODINGS, ...CHUNKS];
