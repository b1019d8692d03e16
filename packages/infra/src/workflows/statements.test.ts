import { pipeName } from '@tidemark/core/replay/run';
import { App, Stack } from 'aws-cdk-lib/core';
import { expect, it } from 'vitest';
import { textOf } from '../../test/synthesize.ts';
import { onPipes } from './statements.ts';

it.each([8, 38, 39, 128])(
  'pipes of a stack whose name has %i characters are within what its roles may do',
  (length) => {
    const stackName = 's'.repeat(length);
    const stack = new Stack(new App({ analyticsReporting: false }), 'Stack', { stackName });
    const resource = textOf(stack.resolve(onPipes(stack).toStatementJson().Resource));
    const [, allowed = ''] = /:pipe\/(.*)\*$/.exec(resource) ?? [];
    expect(allowed).not.toBe('');
    expect(pipeName(stackName, '20261120T091507Z-0a1b2c3d').startsWith(allowed)).toBe(true);
  },
);
