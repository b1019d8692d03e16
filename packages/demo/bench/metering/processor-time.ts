import { readdirSync, readFileSync } from 'node:fs';

const ticksASecond = 100;

/**
 * Processor time that the sandboxes of each function have used so far, in milliseconds, by the function's name. The wall's time tells
 * nothing here: DynamoDB Local and everything else that runs on this machine are in it. Needs /proc, as Linux has it; undefined elsewhere.
 */
export function processorMs(): ReadonlyMap<string, number> | undefined {
  if (process.platform !== 'linux') return undefined;
  const sums = new Map<string, number>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const used = sandbox(pid);
    if (used !== undefined) sums.set(used.functionName, (sums.get(used.functionName) ?? 0) + used.ms);
  }
  return sums;
}

/** Undefined for every process that is no sandbox of this one. */
function sandbox(pid: string): { functionName: string; ms: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in brackets and may hold anything. After it: state, parent, ..., user and system time as 12th and 13th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(fields[1]) !== process.pid) return undefined;
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    const name = environment.find((each) => each.startsWith('AWS_LAMBDA_FUNCTION_NAME='));
    if (name === undefined) return undefined;
    const ms = ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksASecond;
    return { functionName: name.slice(name.indexOf('=') + 1), ms };
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}
