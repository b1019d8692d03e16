import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { InboxMessage } from './inbox.ts';

// The sequence goes on where it was, also after the inbox was emptied.
const schema = 'CREATE TABLE IF NOT EXISTS message (id INTEGER PRIMARY KEY AUTOINCREMENT, message TEXT NOT NULL)';

/** The messages of an inbox in one file of a directory, each written before it is answered. */
export class InboxStore {
  readonly #database: DatabaseSync;
  readonly #add: StatementSync;
  readonly #forget: StatementSync;

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    this.#database = new DatabaseSync(join(directory, 'inbox.sqlite'));
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    this.#database.exec(schema);
    this.#add = this.#database.prepare('INSERT INTO message VALUES (?, ?)');
    this.#forget = this.#database.prepare('DELETE FROM message WHERE id < ?');
  }

  /** In the order of their arrival. */
  messages(): InboxMessage[] {
    const rows = this.#database.prepare('SELECT message FROM message ORDER BY id').all();
    return rows.map((row) => JSON.parse(String(row.message)) as InboxMessage);
  }

  /** The id of the newest message that there ever was; 0 where there was none. */
  lastId(): number {
    const row = this.#database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'message'").get();
    return Number(row?.seq ?? 0);
  }

  add(message: InboxMessage): void {
    this.#add.run(message.id, JSON.stringify(message));
  }

  /** All that came before the message of this id. */
  forgetBefore(id: number): void {
    this.#forget.run(id);
  }

  close(): void {
    this.#database.close();
  }
}
