import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { SpecError } from "../errors.js";

/**
 * Names of temporary files. 128 random bits, since a process id may be another process's in another container; from the global
 * crypto, because loading node:crypto takes densely --help 2 ms.
 */
const temporaryName = (): string =>
  `.densely-${Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("hex")}.tmp`;
const TEMPORARY = /^\.densely-[0-9a-f]{32}\.tmp$/;

/** Milliseconds after the last write to a temporary file, after which its process is taken to be dead. */
const ABANDONED = 3_600_000;

/** Follows symbolic links, also to a file that does not exist yet. @throws ELOOP for links in a circle. */
function targetOf(path: string): string {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return path;
  statSync(path, { throwIfNoEntry: false });
  const link = readlinkSync(path);
  return targetOf(isAbsolute(link) ? link : `${dirname(path)}/${link}`);
}

/** The regular file that is to be replaced, if there is one. @throws SpecError for a folder, pipe, socket or device. */
function replacedBy(path: string): Stats | undefined {
  const old = statSync(path, { throwIfNoEntry: false });
  if (!old || old.isFile()) return old;
  throw new SpecError(
    `The path ${JSON.stringify(path)} is a ${old.isDirectory() ? "folder" : "pipe, socket or device"}, and only regular files are replaced: give the path of a file, or write the bytes of save() or checkpoint() there.`,
  );
}

/** Changes the owner and group of an open file. @returns false where the system forbids it. */
function giveTo(file: number, uid: number, gid: number): boolean {
  try {
    fchownSync(file, uid, gid);
    return true;
  } catch {
    return false;
  }
}

/**
 * Gives an empty file the owner, group and mode of the one that it replaces. Only root may give files to another owner;
 * others keep the group if they belong to it, and otherwise the new group gets no access.
 */
function takeOver(file: number, { uid, gid, mode }: Stats): void {
  const made = fstatSync(file);
  const isSame = made.uid === uid && made.gid === gid;
  const hasGroup = isSame || giveTo(file, uid, gid) || giveTo(file, made.uid, gid);
  const allowed = hasGroup ? mode : mode & ~0o070;
  if (fstatSync(file).mode !== allowed) fchmodSync(file, allowed & 0o7777);
}

/** Writes all bytes to the disk. One call of write may take a part of them only. */
function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  fsyncSync(file);
}

/** Does what may fail once the file has been replaced. */
function attempt(act: () => void): void {
  try {
    act();
  } catch {
    // The file is saved. An error now would say that it is not.
  }
}

/** Writes the entries of a folder to the disk, so that a rename survives a power cut. */
function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/**
 * Removes temporary files that processes killed while they saved have left in a folder.
 * @param now the time by the clock of the file system.
 */
function sweep(folder: string, now: number): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    // Another process may sweep too, or the file may belong to another user.
    attempt(() => {
      if (TEMPORARY.test(name) && now - lstatSync(path).mtimeMs > ABANDONED) rmSync(path);
    });
  }
}

/**
 * Replaces a regular file as a whole: whenever the process ends, the path holds the old bytes or the new ones. Links are
 * followed; mode, owner and group stay. A temporary file in the same folder takes the place of the old one after it was
 * written.
 */
export function replaceFile(path: string, bytes: Uint8Array): void {
  const target = targetOf(path);
  const old = replacedBy(target);
  const folder = dirname(target);
  const temporary = join(folder, temporaryName());
  // "wx" refuses a name that exists, and so follows no link that somebody has put there.
  const file = openSync(temporary, "wx", old ? old.mode & 0o700 : 0o666);
  let now = 0;
  try {
    try {
      if (old) takeOver(file, old);
      writeAll(file, bytes);
      now = fstatSync(file).mtimeMs;
    } finally {
      closeSync(file);
    }
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  // Some systems cannot sync a folder, and some folders may be written but not listed.
  attempt(() => syncFolder(folder));
  attempt(() => sweep(folder, now));
}
