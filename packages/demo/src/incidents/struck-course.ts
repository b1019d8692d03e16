import { GetExecutionHistoryCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { type RunStrikeName, RunStrikes } from '../exactness/replay/run-strikes.ts';
import { type Course, runCourse } from './course.ts';
import { differencesOf } from './outcome.ts';
import { StepCalls, type StepPosition } from './step-calls.ts';
import type { IncidentTrial } from './trial.ts';

/** What became of a course in which something was struck. */
export interface StruckCourse extends Course {
  /** Where something was struck. */
  readonly struck: readonly string[];
  readonly differences: readonly string[];
}

/** Runs courses, one after the other, in which calls are struck and executions stopped. */
export class StruckCourses {
  readonly calls: StepCalls;
  readonly #trial: IncidentTrial;
  readonly #strikes: RunStrikes;

  constructor(trial: IncidentTrial) {
    this.#trial = trial;
    this.calls = new StepCalls(trial.stack.engine);
    this.#strikes = new RunStrikes(trial.stack.engine);
  }

  /** Each position is struck once, the first time that somebody comes there. */
  async strike(name: RunStrikeName, positions: readonly StepPosition[]): Promise<StruckCourse> {
    const installed = positions.map((position) =>
      this.#strikes.install({ position, name }, (call) => this.calls.positionOf(call) === position),
    );
    const course = await this.#run();
    for (const each of installed) each.remove();
    return ended(
      course,
      installed.filter(({ hasStruck }) => hasStruck).map(({ position }) => position),
    );
  }

  /** Executions are stopped wherever they rest, once at each place. */
  async stopResting(): Promise<StruckCourse> {
    const { quiet } = this.#trial;
    const stopped: string[] = [];
    quiet.onQuiet = async () => {
      const resting = await this.#resting();
      if (resting === undefined || stopped.includes(resting.place)) return;
      stopped.push(resting.place);
      await this.#trial.found.states.send(new StopExecutionCommand({ executionArn: resting.arn }));
    };
    try {
      return ended(await this.#run(), stopped);
    } finally {
      quiet.onQuiet = async () => {};
    }
  }

  async #run(): Promise<Course> {
    await this.#trial.found.forgetSigningKey();
    return runCourse(this.#trial, this.calls, () => this.#strikes.land());
  }

  /** Where the execution waits that runs now. */
  async #resting(): Promise<{ readonly arn: string; readonly place: string } | undefined> {
    const { found } = this.#trial;
    const running = (await found.executions()).find(({ status }) => status === 'RUNNING');
    if (running === undefined) return undefined;
    const { arn } = running;
    const latest = { executionArn: arn, reverseOrder: true, maxResults: 10 };
    const { events = [] } = await found.states.send(new GetExecutionHistoryCommand(latest));
    const state = events.find(({ stateEnteredEventDetails }) => stateEnteredEventDetails !== undefined);
    return { arn, place: `${state?.stateEnteredEventDetails?.name}: ${this.calls.step}` };
  }
}

function ended(course: Course, struck: readonly string[]): StruckCourse {
  return {
    ...course,
    struck,
    differences: differencesOf(course.outcome, { ...course.expected, strikes: struck.length }),
  };
}
