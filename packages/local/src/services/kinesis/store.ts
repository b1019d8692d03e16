import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { formatSequence } from './sequence.ts';
import type { Shard, StoredRecord } from './shard.ts';
import { Stream, type StreamDescription } from './stream.ts';

/** Counters of one run of the server start this far above those of the run before. */
const countersPerRun = 2 ** 32;

const schema = `
  CREATE TABLE IF NOT EXISTS run (number INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS stream (name TEXT PRIMARY KEY, description TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS record (
    stream TEXT NOT NULL, shard INTEGER NOT NULL, counter INTEGER NOT NULL,
    arrival INTEGER NOT NULL, partitionKey TEXT NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (stream, shard, counter)
  ) WITHOUT ROWID;
`;

interface RecordRow {
  readonly shard: number;
  readonly counter: number;
  readonly arrival: number;
  readonly partitionKey: string;
  readonly data: Uint8Array;
}

/**
 * Keeps streams and their records in one SQLite file of a directory. Each request is one transaction, written before it
 * is answered: when the process dies, nothing that was acknowledged is lost. When the machine dies, the last requests
 * may be (SQLite's WAL with `synchronous = NORMAL`: the file is whole, its tail may be missing).
 *
 * A lost tail must not lead to a second record with a sequence number that was given before: readers that had seen the
 * first would take the second for it. So every run counts from a number of its own, written through to the disk first.
 */
export class StreamStore {
  readonly #database: DatabaseSync;
  readonly #saveStream: StatementSync;
  readonly #insertRecord: StatementSync;

  /** Makes the directory where it is missing. Throws when another process has the file open. */
  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    this.#database = new DatabaseSync(join(directory, 'kinesis.sqlite'));
    // The lock is taken with the first write and kept: two servers on one file would give numbers twice.
    this.#database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    this.#database.exec(schema);
    this.#saveStream = this.#database.prepare('INSERT OR REPLACE INTO stream VALUES (?, ?)');
    this.#insertRecord = this.#database.prepare('INSERT INTO record VALUES (?, ?, ?, ?, ?, ?)');
  }

  /** The streams with their records, ready for this run. To be called once. */
  load(): Stream[] {
    const run = this.#beginRun();
    this.#database.exec('PRAGMA synchronous = NORMAL');
    const rows = this.#database.prepare('SELECT description FROM stream').all();
    return rows.map(({ description }) => this.#restore(JSON.parse(String(description)) as StreamDescription, run));
  }

  save(stream: Stream): void {
    this.#saveStream.run(stream.name, JSON.stringify(stream.describe()));
  }

  delete(stream: Stream): void {
    this.#transaction(() => {
      this.#database.prepare('DELETE FROM record WHERE stream = ?').run(stream.name);
      this.#database.prepare('DELETE FROM stream WHERE name = ?').run(stream.name);
    });
  }

  append(stream: Stream, records: readonly { readonly shard: Shard; readonly record: StoredRecord }[]): void {
    this.#transaction(() => {
      for (const { shard, record } of records) {
        const { counter, arrivalMs, partitionKey, data } = record;
        this.#insertRecord.run(stream.name, shard.index, counter, arrivalMs, partitionKey, data);
      }
    });
  }

  /** Removes what the shard no longer holds. */
  trim(stream: Stream, shard: Shard): void {
    this.#database
      .prepare('DELETE FROM record WHERE stream = ? AND shard = ? AND counter < ?')
      .run(stream.name, shard.index, shard.firstCounter);
  }

  close(): void {
    this.#database.close();
  }

  #beginRun(): number {
    const last = this.#database.prepare('SELECT number FROM run').get();
    const run = last === undefined ? 0 : Number(last.number) + 1;
    this.#transaction(() => {
      this.#database.exec('DELETE FROM run');
      this.#database.prepare('INSERT INTO run VALUES (?)').run(run);
    });
    return run;
  }

  #restore(description: StreamDescription, run: number): Stream {
    const stream = new Stream(description);
    const rows = this.#database
      .prepare(
        'SELECT shard, counter, arrival, partitionKey, data FROM record WHERE stream = ? ORDER BY shard, counter',
      )
      .iterate(stream.name) as Iterable<unknown>;
    for (const row of rows) {
      const { shard: index, counter, arrival: arrivalMs, partitionKey, data } = row as RecordRow;
      const shard = stream.shards[index];
      if (shard === undefined) throw new Error(`${stream.name}: a record of shard ${index}, which does not exist`);
      const { createdSeconds } = shard;
      const sequenceNumber = formatSequence({ createdSeconds, shardIndex: index, counter, arrivalMs });
      shard.restore({ counter, sequenceNumber, arrivalMs, partitionKey, data: Buffer.from(data) });
    }
    for (const shard of stream.shards) shard.nextCounter = Math.max(shard.nextCounter, run * countersPerRun);
    return stream;
  }

  #transaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
    this.#database.exec('COMMIT');
  }
}
