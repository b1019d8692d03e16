import { alarmChanged, stillOn } from '../../../incidents/alarm-changed.ts';
import { acknowledge, resolve } from '../../../incidents/answer.ts';
import { answerTick } from '../../../incidents/answer-tick.ts';
import { missedTransition } from '../../../incidents/missed-transition.ts';
import { beginTelling, endTelling } from '../../../incidents/telling.ts';
import { putToken, sweepIncident } from '../../../incidents/waiting.ts';

/** The functions that decide. Another one in the place of one of them shows what that one is for. */
export const decisions = {
  acknowledge,
  alarmChanged,
  answerTick,
  beginTelling,
  endTelling,
  missedTransition,
  putToken,
  resolve,
  stillOn,
  sweepIncident,
} as const;

export type Decisions = typeof decisions;
