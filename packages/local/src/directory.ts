import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { PositionStore } from './sources/positions.ts';

/** What a directory was kept for. */
export interface Keeping {
  readonly stackName: string;
  readonly region: string;
  readonly account: string;
}

/** A directory in which one engine keeps its data. */
export interface EngineDirectory {
  /** The folder of one part, absolute. */
  folder(part: string): string;
  readonly positions: PositionStore;
  /** Lets go of it. */
  close(): void;
}

/**
 * Takes the directory for this engine alone. The lock belongs to the process and goes with it, however it ends. Throws when
 * another engine has it, or when it was kept for another stack, region or account.
 */
export function openDirectory(path: string, keeping: Keeping): EngineDirectory {
  const directory = resolve(path);
  mkdirSync(directory, { recursive: true });
  const database = lock(directory);
  try {
    check(directory, keeping);
  } catch (error) {
    database.close();
    throw error;
  }
  database.exec('CREATE TABLE IF NOT EXISTS position (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID');
  const read = database.prepare('SELECT value FROM position WHERE key = ?');
  const write = database.prepare('INSERT OR REPLACE INTO position VALUES (?, ?)');
  const remove = database.prepare('DELETE FROM position WHERE substr(key, 1, ?) = ?');
  return {
    folder(part) {
      const folder = join(directory, part);
      mkdirSync(folder, { recursive: true });
      return folder;
    },
    positions: {
      read: (key) => {
        const row = read.get(key);
        return row === undefined ? undefined : String(row.value);
      },
      write: (key, value) => void write.run(key, value),
      remove: (prefix) => void remove.run(prefix.length, prefix),
    },
    close: () => database.close(),
  };
}

function lock(directory: string): DatabaseSync {
  const database = new DatabaseSync(join(directory, 'engine.sqlite'), { timeout: 0 });
  try {
    // The write takes the lock, the mode keeps it until the file is closed.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    database.exec('CREATE TABLE IF NOT EXISTS opened (atMs INTEGER); DELETE FROM opened');
    database.exec(`INSERT INTO opened VALUES (${Date.now()})`);
    return database;
  } catch (error) {
    database.close();
    if (error instanceof Error && /locked|busy/i.test(error.message)) {
      throw new Error(`Another engine keeps its data in ${directory}: stop it, or choose another directory`);
    }
    throw error;
  }
}

function check(directory: string, { stackName, region, account }: Keeping): void {
  const file = join(directory, 'engine.json');
  const wanted = JSON.stringify({ stackName, region, account });
  const found = readIfThere(file);
  if (found !== undefined && found !== wanted) {
    throw new Error(`${directory} keeps the data of ${found}, not of ${wanted}: choose another directory`);
  }
  // Written beside and renamed: the file is whole or absent.
  writeFileSync(`${file}.new`, wanted);
  renameSync(`${file}.new`, file);
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
