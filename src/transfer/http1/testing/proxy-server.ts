/** Real proxies in a few lines: HTTP with CONNECT, and SOCKS5. They pass bytes on and note what they were asked. */
import { connect } from "node:net";
import type { Socket } from "node:net";
import { serveSockets } from "./raw-server.ts";
import type { RawServer } from "./raw-server.ts";

export interface ProxyRules {
  /** The login wanted, `user:password`. */
  login?: string;
  secure?: boolean;
  /** Bytes said instead of passing anything on. */
  says?: Buffer | string;
  /** Bytes said after letting through, before the target says any. */
  adds?: string;
  /** Says nothing at all. */
  silent?: boolean;
}

/** `requests` holds the heads it was asked with. */
export async function serveHttpProxy(rules: ProxyRules = {}): Promise<RawServer> {
  return serveSockets((socket, server) => {
    let bytes = Buffer.alloc(0);
    const read = (more: Buffer): void => {
      bytes = Buffer.concat([bytes, more]);
      const end = bytes.indexOf("\r\n\r\n");
      if (end < 0 || rules.silent === true) return;
      socket.off("data", read);
      const head = bytes.subarray(0, end).toString("latin1");
      server.requests.push(head);
      answerHttp(socket, head, bytes.subarray(end + 4), rules);
    };
    socket.on("data", read);
  }, rules);
}

function answerHttp(
  socket: Socket,
  head: string,
  rest: Buffer,
  { login, says, adds = "" }: ProxyRules,
): void {
  if (says !== undefined) return void socket.resume().end(says);
  const given = /^proxy-authorization: basic (.*)$/im.exec(head)?.[1] ?? "";
  if (login !== undefined && Buffer.from(given, "base64").toString() !== login) {
    return void socket.end("HTTP/1.1 407 Who are you?\r\nContent-Length: 0\r\n\r\n");
  }
  const [method = "", target = ""] = head.split(" ");
  if (method === "CONNECT") {
    const { hostname, port } = new URL(`http://${target}`);
    return passOn(socket, hostname, Number(port), Buffer.alloc(0), `HTTP/1.1 200 Connected\r\n\r\n${adds}`);
  }
  const url = new URL(target);
  const request = head.replace(target, url.pathname + url.search).replace(/^proxy-.*\r\n/gim, "");
  passOn(
    socket,
    url.hostname,
    Number(url.port),
    Buffer.concat([Buffer.from(`${request}\r\n\r\n`), rest]),
    "",
  );
}

/** `requests` holds the addresses it was asked for, after the login that was given. */
export async function serveSocks5(rules: ProxyRules = {}): Promise<RawServer> {
  return serveSockets(
    (socket, server) => void greet(socket, server, rules).catch(() => socket.destroy()),
    rules,
  );
}

/** RFC 1928 and RFC 1929, the server's side. */
async function greet(
  socket: Socket,
  server: RawServer,
  { login, says, adds = "", silent }: ProxyRules,
): Promise<void> {
  const read = reader(socket);
  const [, count = 0] = await read(2);
  const methods = [...(await read(count))];
  if (silent === true) return;
  if (says !== undefined) return void socket.resume().end(says);
  if (login === undefined) socket.write(Buffer.from([5, 0]));
  else if (!methods.includes(2)) return void socket.end(Buffer.from([5, 255]));
  else {
    socket.write(Buffer.from([5, 2]));
    const [, userBytes = 0] = await read(2);
    const user = (await read(userBytes)).toString();
    const password = (await read((await read(1))[0] ?? 0)).toString();
    if (`${user}:${password}` !== login) return void socket.end(Buffer.from([1, 1]));
    socket.write(Buffer.from([1, 0]));
  }
  const [, , , kind] = await read(4);
  const host =
    kind === 1
      ? [...(await read(4))].join(".")
      : kind === 4
        ? `[${(await read(16)).toString("hex").replace(/(....)(?=.)/g, "$1:")}]`
        : (await read((await read(1))[0] ?? 0)).toString();
  const port = (await read(2)).readUInt16BE();
  server.requests.push(`${host}:${port}`);
  // The address it connects from, as a name, so that a length has to be read.
  const reply = Buffer.concat([Buffer.from([5, 0, 0, 3, 4]), Buffer.from("here"), Buffer.from([0, 80])]);
  passOn(socket, host, port, Buffer.alloc(0), `${reply.toString("latin1")}${adds}`);
}

function reader(socket: Socket): (bytes: number) => Promise<Buffer> {
  return async (bytes) => {
    for (;;) {
      const got = bytes === 0 ? Buffer.alloc(0) : (socket.read(bytes) as Buffer | null);
      if (got !== null) return got;
      await new Promise((resolve, reject) => {
        socket.once("readable", resolve).once("close", () => reject(new Error("closed")));
      });
    }
  };
}

function passOn(socket: Socket, host: string, port: number, first: Buffer, greeting: string): void {
  const target = connect(port, host.replace(/^\[|\]$/g, ""), () => {
    if (greeting !== "") socket.write(Buffer.from(greeting, "latin1"));
    target.write(first);
    socket.pipe(target);
    target.pipe(socket);
  });
  target.on("error", () => socket.destroy());
  socket.on("error", () => target.destroy()).on("close", () => target.destroy());
}
