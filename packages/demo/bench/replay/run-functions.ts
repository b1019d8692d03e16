import type { Engine } from '@tidemark/local/engine';

/** The function of the one source that recounts. */
export function recountFunction({ host }: Engine): string {
  return functionNamed(host, /Recount/);
}

/** The function that does the steps of runs. */
export function stepsFunction({ host }: Engine): string {
  return functionNamed(host, /WorkflowsSteps/);
}

/** The function that does the steps of prunes and restores. */
export function pruneFunction({ host }: Engine): string {
  return functionNamed(host, /PruneSteps/);
}

function functionNamed({ definitions }: Engine['host'], pattern: RegExp): string {
  const [name, ...others] = definitions.map(({ functionName }) => functionName).filter((each) => pattern.test(each));
  if (name === undefined || others.length > 0) throw new Error(`${pattern}: expected one function`);
  return name;
}
