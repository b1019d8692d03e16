import { randomBytes } from 'node:crypto';
import { type FileHandle, link, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { Failure, UsageError } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import type { Output } from './sink.ts';

/** Where an export goes. Either `commit` or `discard` ends it. */
export interface Destination extends Output {
  /** Bytes that were written so far. */
  readonly bytes: number;
  /** Where what waits may lie: as much room as the export takes is there. */
  readonly folder: string;
  /** Everything stands. */
  commit(): Promise<void>;
  /** Nothing stands, as far as it can still be taken back. */
  discard(): Promise<void>;
}

/** Standard output, as fast as its reader takes it. */
export function standardOutput({ write, taken }: Terminal): Destination {
  let bytes = 0;
  return {
    get bytes() {
      return bytes;
    },
    folder: tmpdir(),
    write: async (data) => {
      bytes += Buffer.byteLength(data);
      write(typeof data === 'string' ? data : Buffer.from(data).toString('utf8'));
      await taken?.();
    },
    commit: async () => {},
    discard: async () => {},
  };
}

/** A file's path as it will be written, and whether something stands there that would be replaced. Throws a UsageError for what is no file. */
export async function lookAt(path: string): Promise<{ readonly path: string; readonly isThere: boolean }> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new UsageError(`--output: ${path} is no file; expected the path of one to write`);
    // What a link points at is replaced, and not the link.
    return { path: await realpath(path), isThere: true };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (codeOf(error) === 'ENOENT') return { path, isThere: false };
    throw unwritable(path, error);
  }
}

/**
 * A file that is there when it is whole and not before: it is written under another name in the same folder. `mayReplace`: what stands at `path` is
 * replaced; else a file that has come there in the meantime is not touched. Throws a Failure where it cannot be written.
 */
export async function fileDestination(path: string, mayReplace: boolean): Promise<Destination> {
  const part = `${path}.${randomBytes(4).toString('hex')}.part`;
  const file = await said(path, () => open(part, 'wx'));
  let bytes = 0;
  return {
    get bytes() {
      return bytes;
    },
    folder: dirname(path),
    write: async (data) => {
      bytes += Buffer.byteLength(data);
      await said(path, () => file.appendFile(data));
    },
    commit: () => said(path, () => putInPlace(file, part, path, mayReplace)),
    discard: async () => {
      await file.close();
      await rm(part, { force: true });
    },
  };
}

async function putInPlace(file: FileHandle, part: string, path: string, mayReplace: boolean): Promise<void> {
  await file.sync();
  await file.close();
  if (mayReplace) return rename(part, path);
  try {
    // Unlike a rename, a link replaces nothing.
    await link(part, path);
  } catch (error) {
    // Some file systems have no links; there a moment is left between the look and the renaming.
    if (codeOf(error) === 'EEXIST' || (await lookAt(path)).isThere) {
      await rm(part, { force: true });
      throw new Failure(`${path} has come to be there in the meantime, and was not replaced`);
    }
    return rename(part, path);
  }
  await rm(part);
}

/** What the file system refuses is told in a line. */
async function said<Value>(path: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Failure ? error : unwritable(path, error);
  }
}

function unwritable(path: string, error: unknown): Failure {
  const code = codeOf(error);
  if (code === undefined) throw error;
  const why = reasons[code] ?? code;
  return new Failure(`--output: ${path} cannot be written: ${why}`);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'there is no such folder',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EFBIG: 'the file would be too large',
};

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
