import { readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';

/** A local engine that announced itself in `.tidemark/engines` and answers. */
export type RunningEngine = v.InferOutput<typeof announcement>;

const announcement = v.object({
  id: v.string(),
  /** `http://127.0.0.1:PORT` */
  endpoint: v.pipe(v.string(), v.url()),
  startedAt: v.union([v.string(), v.number()]),
  stage: v.string(),
  region: v.string(),
});
const health = v.looseObject({ id: v.string() });

/** How long an engine may take to answer; it may be busy counting. */
const answerMsMax = 3_000;

/** The engines that run, the newest first. Announcements that a dead engine left behind are removed. */
export async function runningEngines(folders: readonly string[] = announcementFolders()): Promise<RunningEngine[]> {
  const files = (await Promise.all(folders.map(announcements))).flat();
  const engines = (await Promise.all(files.map(inspect))).filter((engine) => engine !== undefined);
  const distinct = new Map(engines.map((engine) => [engine.id, engine]));
  return [...distinct.values()].sort((one, other) => startMs(other) - startMs(one));
}

/** `.tidemark/engines` of the folder one stands in, of those above it, and of the checkout this file belongs to. */
function announcementFolders(): string[] {
  const folders = new Set([fileURLToPath(new URL('../../../.tidemark/engines', import.meta.url))]);
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    folders.add(resolve(folder, '.tidemark/engines'));
    if (dirname(folder) === folder) return [...folders];
  }
}

async function announcements(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => name.endsWith('.json')).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

async function inspect(path: string): Promise<RunningEngine | undefined> {
  const engine = await readAnnouncement(path);
  if (engine === undefined) return undefined;
  const answer = await answers(engine);
  if (answer === 'alive') return engine;
  // An engine that is merely slow keeps its file.
  if (answer === 'dead') await rm(path, { force: true });
  return undefined;
}

/** Undefined for a file that is not, or not yet wholly, an announcement. */
async function readAnnouncement(path: string): Promise<RunningEngine | undefined> {
  try {
    const parsed = v.safeParse(announcement, JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

async function answers(engine: RunningEngine): Promise<'alive' | 'dead' | 'silent'> {
  try {
    const response = await fetch(new URL('/_tidemark/health', engine.endpoint), {
      signal: AbortSignal.timeout(answerMsMax),
    });
    const parsed = v.safeParse(health, await response.json());
    return parsed.success && parsed.output.id === engine.id ? 'alive' : 'dead';
  } catch (error) {
    return error instanceof DOMException && error.name === 'TimeoutError' ? 'silent' : 'dead';
  }
}

function startMs(engine: RunningEngine): number {
  return typeof engine.startedAt === 'number' ? engine.startedAt : Date.parse(engine.startedAt) || 0;
}
