#!/usr/bin/env node
// Whether links of the documents to files of the repository, and to headings of other documents, lead somewhere. Names those that do not; exits 1 then.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { headingAnchor } from '../../packages/core/src/incidents/runbook.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const documents = new Map(
  globSync(['*.md', 'docs/**/*.md'], { cwd: root }).map((file) => [resolve(root, file), proseOf(resolve(root, file))]),
);

const dead = [...documents].flatMap(([file, prose]) =>
  linksOf(prose).flatMap((href) => (isDead(file, href) ? [`${relative(root, file)}: ${href}`] : [])),
);
for (const each of dead) process.stderr.write(`A link leads nowhere: ${each}\n`);
process.exitCode = dead.length === 0 ? 0 : 1;

/** Without blocks of code, in which brackets are no links and signs of a number are no headings. */
function proseOf(file) {
  return readFileSync(file, 'utf8').replaceAll(/^```[\s\S]*?^```$/gm, '');
}

/** Where links lead that stay in the repository. */
function linksOf(prose) {
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, href]) => href).filter((href) => !/^[a-z]+:/.test(href));
}

function isDead(file, href) {
  const [path, anchor] = href.split('#');
  const target = path === '' ? file : resolve(dirname(file), path);
  if (!existsSync(target)) return true;
  return anchor !== undefined && !anchorsOf(documents.get(target) ?? '').includes(anchor);
}

function anchorsOf(prose) {
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => headingAnchor(heading));
}
