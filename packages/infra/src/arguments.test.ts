import { describe, expect, it } from 'vitest';
import { readStage } from './arguments.ts';

const usage = 'usage: deploy|diff|destroy --stage dev|prod [options of cdk]';

describe('arguments', () => {
  it.each([
    [['--stage', 'dev'], 'dev', []],
    [['--stage=prod'], 'prod', []],
    [['--', '--require-approval', 'never', '--stage', 'dev', '-v'], 'dev', ['--require-approval', 'never', '-v']],
    [['--stage', 'dev', '--stage', 'prod'], 'prod', []],
  ])('%j', (given, stage, others) => {
    expect(readStage('deploy', given)).toEqual({ kind: 'stage', stage, others });
  });

  it.each([
    ['deploy', [], `--stage is missing; ${usage}`],
    ['deploy', ['dev'], `--stage is missing; ${usage}`],
    ['deploy', ['--stage'], '--stage: "" is not a stage; expected dev or prod'],
    ['deploy', ['--stage', 'Dev'], '--stage: "Dev" is not a stage; expected dev or prod'],
    ['deploy', ['--stage=toString'], '--stage: "toString" is not a stage; expected dev or prod'],
    ['bootstrap', ['--stage', 'dev'], `"bootstrap" is not a command; ${usage}`],
  ])('%s %j is refused', (command, given, message) => {
    expect(readStage(command, given)).toEqual({ kind: 'mistake', message });
  });
});
