import * as v from 'valibot';
import type { Contact } from '../incidents/settings.ts';
import { nearest } from './nearest.ts';
import { notA, show } from './settings.ts';

const expected =
  "'email:oncall@example.org', 'sms:+4915112345678', 'https://hooks.example.org/x', or the ARN of an SNS topic";

/** Somebody to tell. SNS takes them as they are. */
export const contact: v.GenericSchema<unknown, Contact> = v.pipe(
  v.custom<Contact>(
    (input) => typeof input === 'string' && isContact(input),
    (issue) => mistakeOf(issue.input),
  ),
  v.description(expected),
);

function isContact(text: string): boolean {
  return (
    // SNS takes no more of an address; what it lets by is for it to say.
    /^email:[^\s@,]{1,64}@[^\s@,.]+(?:\.[^\s@,.]+)+$/.test(text) ||
    /^sms:\+[1-9]\d{6,14}$/.test(text) ||
    isSecureUrl(text) ||
    /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/.test(text)
  );
}

function isSecureUrl(text: string): boolean {
  return /^https:\/\/\S+$/.test(text) && URL.canParse(text);
}

function mistakeOf(input: unknown): string {
  if (typeof input !== 'string') return notA(input, 'a contact', expected);
  if (input.startsWith('http:')) return `${show(input)} is not encrypted; expected https://`;
  if (/:sns:.*\.fifo$/.test(input))
    return `${show(input)} is a FIFO topic, which tells no people; expected a standard topic`;
  if (/^sms:/.test(input))
    return `${show(input)} is not a telephone number; expected one in E.164, such as 'sms:+4915112345678'`;
  const near = nearest(input.split(':')[0] ?? '', ['email', 'sms', 'https']);
  if (/^[^:@\s]+@\S+$/.test(input)) return `${show(input)} is not a contact; did you mean ${show(`email:${input}`)}?`;
  const isSlip = near !== undefined && input.includes(':') && !input.startsWith(`${near}:`);
  return isSlip ? `${show(input)} is not a contact; did you mean ${near}:?` : notA(input, 'a contact', expected);
}
