import { DescribeMapRunCommand, ListMapRunsCommand } from '@aws-sdk/client-sfn';
import { type MachineStack, only } from './machine-stack.ts';

export const passOn = '{% $states.input %}';
export const invoke = 'arn:aws:states:::lambda:invoke';

/** A child that gives its input. */
export const echo = only({ Type: 'Pass', End: true }, 'Echo');

/** A child that fails where its input is `bad`, and gives `n` of it otherwise. */
export const failing = {
  StartAt: 'Look',
  States: {
    Look: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input.bad = true %}', Next: 'Bad' }],
      Default: 'Good',
    },
    Bad: { Type: 'Fail', Error: 'Bad', Cause: 'it is' },
    Good: { Type: 'Pass', Output: '{% $states.input.n %}', End: true },
  },
};

/** A machine that is one distributed map. */
export function distributed(processor: object, more: object = {}): object {
  const ProcessorConfig = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };
  return only({ Type: 'Map', ItemProcessor: { ProcessorConfig, ...processor }, End: true, ...more });
}

/** The latest map run of an execution. */
export async function mapRunOf({ client }: MachineStack, executionArn: string | undefined) {
  const { mapRuns = [] } = await client.send(new ListMapRunsCommand({ executionArn }));
  return client.send(new DescribeMapRunCommand({ mapRunArn: mapRuns[0]?.mapRunArn }));
}
