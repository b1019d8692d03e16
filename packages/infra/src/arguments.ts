import { isStageName, type StageName, stages } from './stage.ts';

/** Commands of the CDK that concern one stage. */
const commands = ['deploy', 'diff', 'destroy'];

export type StageArguments =
  | { readonly kind: 'stage'; readonly stage: StageName; readonly others: readonly string[] }
  | { readonly kind: 'mistake'; readonly message: string };

/** Takes `--stage NAME` or `--stage=NAME` out of the arguments of a command; the others are for the CDK. */
export function readStage(command: string, given: readonly string[]): StageArguments {
  const usage = `usage: ${commands.join('|')} --stage ${Object.keys(stages).join('|')} [options of cdk]`;
  if (!commands.includes(command)) {
    return mistake(`${JSON.stringify(command)} is not a command; ${usage}`);
  }
  const others: string[] = [];
  let stage: string | undefined;
  for (let index = 0; index < given.length; index++) {
    const argument = given[index] ?? '';
    // pnpm passes a leading `--` through.
    if (argument === '--' && index === 0) continue;
    if (argument === '--stage') stage = given[++index] ?? '';
    else if (argument.startsWith('--stage=')) stage = argument.slice('--stage='.length);
    else others.push(argument);
  }
  if (stage === undefined) return mistake(`--stage is missing; ${usage}`);
  if (!isStageName(stage)) {
    return mistake(`--stage: ${JSON.stringify(stage)} is not a stage; expected ${Object.keys(stages).join(' or ')}`);
  }
  return { kind: 'stage', stage, others };
}

function mistake(message: string): StageArguments {
  return { kind: 'mistake', message };
}
