import type { QuarantineReason } from '@tidemark/core/count/outcome';

/** Each reason as a sentence's end: "It was set aside because ...". */
export const reasonWords: Readonly<Record<QuarantineReason, string>> = {
  'record-too-large': 'the record is larger than Tidemark reads',
  'record-empty': 'there is nothing in it',
  'gzip-broken': 'its gzip cannot be expanded',
  'gzip-too-large': 'its gzip expands to more than Tidemark reads',
  'aggregate-too-large': 'the aggregate holds more records than Tidemark reads',
  'not-utf8': 'it is no text in UTF-8',
  'not-json': 'it is no JSON',
  'not-an-object': 'it is JSON, but no object',
  'nested-too-deep': 'it nests deeper than Tidemark reads',
  'name-missing': 'it has no name',
  'name-not-a-string': 'its name is no string',
  'name-empty': 'its name is empty',
  'name-too-long': 'its name is too long',
  'name-not-printable': 'its name holds characters that cannot be printed',
  'name-reserved': 'its name is the one that stands for all names beyond the cap',
  'time-missing': 'it has no time',
  'time-unreadable': 'its time cannot be read',
  'measure-missing': 'it lacks a measure',
  'measure-not-a-number': 'one of its measures is no number',
  'measure-out-of-range': 'one of its measures is larger than Tidemark adds up',
  'too-old': 'its time lies in buckets that were pruned',
  'too-new': 'its time is more than two hours after its arrival',
};
