/** What the kernel asks of a fragile disk, answered from memory. */
import type { Errno, Operation } from "./faults.ts";
import { ERRNO } from "./faults.ts";
import type { Request } from "./fuse-wire.ts";
import {
  attrOut,
  direntsOut,
  entryOut,
  initOut,
  OPCODE,
  openOut,
  statfsOut,
  textAt,
  writeOut,
} from "./fuse-wire.ts";
import type { FileNode, FolderNode, Node, Nodes } from "./nodes.ts";

/** What a request is, and how it is done. */
export interface Task {
  /** Null: the kernel's own business, no program asked for it. */
  operation: Operation | null;
  name: string;
  /** The folder below the root that it touches. */
  home: string;
  /** @param short a write is to take half of its bytes */
  run(short: boolean): Uint8Array;
}

/** An answer of the disk that is an error, by its name. */
export class DiskError extends Error {
  readonly errno: Errno;

  constructor(errno: Errno) {
    super(errno);
    this.errno = errno;
  }

  get number(): number {
    return ERRNO[this.errno];
  }
}

export interface Space {
  /** Blocks of 4 KiB. */
  blocks: number;
  free: number;
}

const NOTHING = new Uint8Array(0);
/** `FATTR_*` of `struct fuse_setattr_in`. */
const SET_MODE = 1;
const SET_SIZE = 8;
const SET_MTIME = 32;
/** `renameat2(2)`. */
const NO_REPLACE = 1;

export function planTask(nodes: Nodes, space: Space, request: Request): Task {
  const { opcode, body } = request;
  const node = nodes.get(request.nodeId);
  if (opcode === OPCODE.init) return own(() => initOut());
  if (node === undefined) return own(() => fail("ESTALE"));
  const task = (operation: Operation, name: string, run: Task["run"]): Task => {
    return { operation, name, home: node.home === "" ? name : node.home, run };
  };
  switch (opcode) {
    case OPCODE.getattr:
      return task("stat", node.name, () => attrOut(node));
    case OPCODE.setattr:
      return task(body.readUInt32LE(0) & SET_SIZE ? "truncate" : "stat", node.name, () => {
        setAttributes(node, body);
        return attrOut(node);
      });
    case OPCODE.open:
      return task("open", node.name, openOut);
    case OPCODE.read:
      return task("read", node.name, () =>
        asFile(node).pages.read(Number(body.readBigUInt64LE(8)), body.readUInt32LE(16)),
      );
    case OPCODE.write:
      return task("write", node.name, (short) => write(asFile(node), body, short));
    case OPCODE.fsync:
      return task("sync", node.name, () => {
        asFile(node).pages.sync();
        return NOTHING;
      });
    case OPCODE.flush:
      return task("close", node.name, () => NOTHING);
    case OPCODE.release:
    case OPCODE.releasedir:
      return own(() => NOTHING);
    case OPCODE.statfs:
      return task("space", node.name, () => statfsOut(space.blocks, space.free));
    case OPCODE.opendir:
      return own(openOut);
    default:
      return node.kind === "folder" ? planInFolder(nodes, node, request, task) : own(() => fail("ENOSYS"));
  }
}

type MakeTask = (operation: Operation, name: string, run: Task["run"]) => Task;

function planInFolder(nodes: Nodes, folder: FolderNode, { opcode, body }: Request, task: MakeTask): Task {
  switch (opcode) {
    case OPCODE.lookup: {
      const name = textAt(body, 0);
      return task("look", name, () => entryOut(named(nodes, folder, name)));
    }
    case OPCODE.readdir:
      return task("list", folder.name, () => {
        const names = [...folder.names].map(([name, id]) => [name, nodes.get(id) as Node] as const);
        return direntsOut(names, Number(body.readBigUInt64LE(8)), body.readUInt32LE(16));
      });
    case OPCODE.fsyncdir:
      return task("sync_folder", folder.name, () => {
        nodes.syncNames(folder);
        return NOTHING;
      });
    case OPCODE.create: {
      const name = textAt(body, 16);
      return task("create", name, () =>
        Buffer.concat([entryOut(create(nodes, folder, name, body)), openOut()]),
      );
    }
    case OPCODE.mkdir: {
      const name = textAt(body, 8);
      return task("make_folder", name, () => entryOut(makeFolder(nodes, folder, name)));
    }
    case OPCODE.unlink:
    case OPCODE.rmdir: {
      const name = textAt(body, 0);
      return task(opcode === OPCODE.unlink ? "unlink" : "remove_folder", name, () => {
        remove(nodes, folder, name);
        return NOTHING;
      });
    }
    case OPCODE.rename:
    case OPCODE.rename2: {
      const at = opcode === OPCODE.rename ? 8 : 16;
      const from = textAt(body, at);
      const to = textAt(body, at + Buffer.byteLength(from) + 1);
      const flags = opcode === OPCODE.rename ? 0 : body.readUInt32LE(8);
      return task("rename", to, () => {
        if (Number(body.readBigUInt64LE(0)) !== folder.id) return fail("EOPNOTSUPP");
        if ((flags & NO_REPLACE) !== 0 && folder.names.has(to)) return fail("EEXIST");
        const { id } = named(nodes, folder, from);
        if (folder.names.get(to) === id) return NOTHING; // rename(2): two names of one file stay
        nodes.rename(folder, [
          [from, null],
          [to, id],
        ]);
        return NOTHING;
      });
    }
    case OPCODE.link: {
      const name = textAt(body, 8);
      const file = nodes.get(Number(body.readBigUInt64LE(0)));
      return task("link", name, () => {
        if (file === undefined) return fail("ENOENT");
        if (folder.names.has(name)) return fail("EEXIST");
        nodes.rename(folder, [[name, file.id]]);
        return entryOut(file);
      });
    }
    default:
      return own(() => fail("ENOSYS"));
  }
}

function own(run: () => Uint8Array): Task {
  return { operation: null, name: "", home: "", run };
}

function fail(errno: Errno): never {
  throw new DiskError(errno);
}

function asFile(node: Node): FileNode {
  return node.kind === "file" ? node : fail("EISDIR");
}

function named(nodes: Nodes, folder: FolderNode, name: string): Node {
  return nodes.get(folder.names.get(name) ?? 0) ?? fail("ENOENT");
}

function write(file: FileNode, body: Buffer, short: boolean): Buffer {
  const size = body.readUInt32LE(16);
  const taken = short ? Math.ceil(size / 2) : size;
  file.pages.write(Number(body.readBigUInt64LE(8)), body.subarray(40, 40 + taken));
  file.changedAt = Date.now();
  return writeOut(taken);
}

function create(nodes: Nodes, folder: FolderNode, name: string, body: Buffer): Node {
  if (folder.names.has(name)) fail("EEXIST");
  const mode = 0o100000 | (body.readUInt32LE(4) & 0o7777);
  const file = nodes.makeFile(mode, name, folder.home);
  nodes.rename(folder, [[name, file.id]]);
  return file;
}

function makeFolder(nodes: Nodes, parent: FolderNode, name: string): Node {
  if (parent.names.has(name)) fail("EEXIST");
  const folder = nodes.makeFolder(name, parent.home === "" ? name : parent.home);
  nodes.rename(parent, [[name, folder.id]]);
  return folder;
}

function remove(nodes: Nodes, folder: FolderNode, name: string): void {
  const node = named(nodes, folder, name);
  if (node.kind === "folder" && node.names.size > 0) fail("ENOTEMPTY");
  nodes.rename(folder, [[name, null]]);
}

/** `struct fuse_setattr_in`. */
function setAttributes(node: Node, body: Buffer): void {
  const valid = body.readUInt32LE(0);
  if ((valid & SET_SIZE) !== 0) asFile(node).pages.truncate(Number(body.readBigUInt64LE(16)));
  if ((valid & SET_MODE) !== 0) node.mode = (node.mode & 0o170000) | (body.readUInt32LE(68) & 0o7777);
  node.changedAt =
    (valid & SET_MTIME) !== 0
      ? Number(body.readBigUInt64LE(40)) * 1000 + body.readUInt32LE(60) / 1e6
      : Date.now();
}
