import { tellingId } from '@tidemark/core/incidents/outbox';
import type { IncidentsCall } from '@tidemark/core/incidents/steps';

/** What the people and the alarm of a course have done last. */
export type Phase = 'on' | 'acknowledged' | 'off';

/** Names what executions of an incident ask for, one after the other, so that a step has the same name however often it is repeated. */
export class AskedSteps {
  phase: Phase = 'on';
  step = '';
  /** The step before the present one that was no question. */
  #done = 'nothing';
  /** What was told last. */
  #told = 'nothing';
  /** Waits of this phase after this telling, by the steps of the incident. */
  readonly #waits = new Map<string, number[]>();

  begin(phase: Phase): void {
    this.phase = phase;
    if (phase !== 'on') return;
    this.#done = 'nothing';
    this.#told = 'nothing';
    this.#waits.clear();
  }

  /** `tick on after send page-1-1-1-1`, `gather page-1-1-1-1`, `await on after page-1-1-1-1 #1`. */
  next(call: IncidentsCall): string {
    this.step = this.#name(call);
    if (call.op !== 'tick') this.#done = this.step;
    return this.step;
  }

  #name(call: IncidentsCall): string {
    switch (call.op) {
      case 'tick':
        return `tick ${this.phase} after ${this.#done}`;
      case 'gather':
      case 'send':
        this.#told = tellingId(call.telling);
        return `${call.op} ${this.#told}`;
      case 'await':
        return this.#wait(`await ${this.phase} after ${this.#told}`, call.step);
      default:
        return call.op;
    }
  }

  #wait(name: string, step: number): string {
    const steps = this.#waits.get(name) ?? [];
    this.#waits.set(name, steps);
    if (!steps.includes(step)) steps.push(step);
    return `${name} #${steps.indexOf(step) + 1}`;
  }
}
