import { describe, expect, it } from 'vitest';
import { checkDefinition } from '../../test/check-definition.ts';
import { type Definition, synthesizedDefinition } from '../../test/definition.ts';
import { backfillDefinition } from './backfill.ts';
import { replayDefinition } from './replay.ts';
import { undoDefinition } from './undo.ts';

const definitions: [string, Definition][] = [
  ['replay', replayDefinition],
  ['backfill', backfillDefinition],
  ['undo', undoDefinition],
];

describe.each(definitions)('the definition of %s', (name, definition) => {
  it('is what was reviewed', async () => {
    const json = JSON.stringify(synthesizedDefinition(definition), null, 2);
    await expect(`${json}\n`).toMatchFileSnapshot(`../../test/definitions/${name}.golden.json`);
  });

  it('is one that Step Functions takes', () => {
    expect(checkDefinition(JSON.stringify(synthesizedDefinition(definition)))).toMatchObject({ ok: true });
  });

  it('uses no JSONPath', () => {
    const text = JSON.stringify(synthesizedDefinition(definition));
    expect(text).not.toMatch(/"(?:ResultPath|InputPath|OutputPath|Parameters|ResultSelector)"|"\w+\.\$":/);
  });
});
