/** Bytes that were met in the wild or in reports of parser faults, and what has to be made of them. */
export interface HostileResponse {
  /** Ends the sentence "a response …". */
  name: string;
  wire: string;
  /** Fault code, or what the reader says of it. */
  outcome: string;
  /** The body that has come out by then. */
  body?: string;
  onClose?: string;
}

export const OK = "HTTP/1.1 200 OK\r\n";
