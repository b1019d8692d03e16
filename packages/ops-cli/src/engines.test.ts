import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runningEngines } from './engines.ts';

let folder: string;
const servers: Server[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-engines-'));
});
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await rm(folder, { recursive: true });
});

/** Something that listens and says that it is the engine `id`. */
async function listen(id: string): Promise<string> {
  const server = createServer((_, response) => response.end(JSON.stringify({ id, stage: 'dev' })));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function announce(id: string, endpoint: string, startedAt: string): Promise<void> {
  const said = { id, endpoint, pid: 1, startedAt, stage: 'dev', region: 'us-east-1' };
  await writeFile(join(folder, `${id}.json`), JSON.stringify(said));
}

test('finds the engines that answer, the newest first, and removes what dead ones left behind', async () => {
  await announce('old', await listen('old'), '2026-11-20T06:00:00Z');
  await announce('new', await listen('new'), '2026-11-20T06:30:00Z');
  // The port of this one belongs to another engine by now.
  await announce('gone', await listen('another'), '2026-11-20T06:40:00Z');
  // A port that nobody listens on: one that was free a moment ago.
  const free = await listen('closed');
  servers.pop()?.close();
  await announce('crashed', free, '2026-11-20T06:45:00Z');
  await writeFile(join(folder, 'torn.json'), '{"id":"to');
  expect((await runningEngines([folder, join(folder, 'absent')])).map(({ id }) => id)).toEqual(['new', 'old']);
  expect((await readdir(folder)).sort()).toEqual(['new.json', 'old.json', 'torn.json']);
});
