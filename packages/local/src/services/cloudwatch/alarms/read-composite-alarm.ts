import { textOf } from '../../../wire/input.ts';
import type { Input } from '../../../wire/rpc.ts';
import { assertMembers } from '../assert-members.ts';
import { missingParameter, validationError } from '../failures.ts';
import type { CompositeAlarm } from './alarm.ts';
import { type AlarmPlace, commonMembers, readCommon } from './alarm-input.ts';
import { parseAlarmRule } from './alarm-rule.ts';

/** The input of `PutCompositeAlarm`, which a template's properties are too. Throws for what cannot be watched. */
export function readCompositeAlarm(input: Input, place: AlarmPlace, nowMs: number): CompositeAlarm {
  assertMembers(input, 'PutCompositeAlarm', [...commonMembers, 'AlarmRule']);
  const ruleText = textOf(input, 'AlarmRule');
  if (ruleText === undefined) throw missingParameter('The parameter AlarmRule is required.');
  const parsed = parseAlarmRule(ruleText);
  if (!parsed.ok) throw validationError(parsed.mistake);
  return { kind: 'composite', ...readCommon(input, place, nowMs), ruleText, rule: parsed.rule };
}
