import { describe, expect, it } from 'vitest';
import { checkDefinition } from '../../test/check-definition.ts';
import { synthesizedDefinition, synthesizedEscalation, synthesizedPruning } from '../../test/definition.ts';
import { backfillDefinition } from './backfill.ts';
import { replayDefinition } from './replay.ts';
import { undoDefinition } from './undo.ts';

const definitions: [string, () => object][] = [
  ['replay', () => synthesizedDefinition(replayDefinition)],
  ['backfill', () => synthesizedDefinition(backfillDefinition)],
  ['undo', () => synthesizedDefinition(undoDefinition)],
  ['prune', synthesizedPruning],
  ['escalate', synthesizedEscalation],
];

describe.each(definitions)('the definition of %s', (name, synthesized) => {
  it('is what was reviewed', async () => {
    const json = JSON.stringify(synthesized(), null, 2);
    await expect(`${json}\n`).toMatchFileSnapshot(`../../test/definitions/${name}.golden.json`);
  });

  it('is one that Step Functions takes', () => {
    expect(checkDefinition(JSON.stringify(synthesized()))).toMatchObject({ ok: true });
  });

  it('uses no JSONPath', () => {
    const text = JSON.stringify(synthesized());
    expect(text).not.toMatch(/"(?:ResultPath|InputPath|OutputPath|Parameters|ResultSelector)"|"\w+\.\$":/);
  });
});
