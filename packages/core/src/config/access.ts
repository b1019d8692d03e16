import * as v from 'valibot';
import type { AccessSettings } from '../config.ts';
import { settings, show, value } from './settings.ts';

const principalArn = /^arn:aws[a-z-]*:iam::\d{12}:(?:root|(?:role|user)\/[\w+=,.@/-]{1,576})$/;
const policyArn = /^arn:aws[a-z-]*:iam::(?:\d{12}|aws):policy\/[\w+=,.@/-]{1,640}$/;
const rolePath = /^\/(?:[!-~]{1,510}\/)?$/;

const principals = v.array(
  value<string>(
    'a principal',
    'the ARN of a role, a user or an account, such as arn:aws:iam::123456789012:role/web',
    (input) => typeof input === 'string' && principalArn.test(input),
  ),
  (issue) => `${show(issue.input)} is not a list; expected ARNs of roles, users or accounts`,
);

export const access: v.GenericSchema<unknown, AccessSettings> = settings({
  producers: v.optional(principals, []),
  readers: v.optional(principals, []),
  operators: v.optional(principals, []),
  permissionsBoundary: v.exactOptional(
    value<string>(
      'a managed policy',
      'its ARN, such as arn:aws:iam::123456789012:policy/boundary',
      (input) => typeof input === 'string' && policyArn.test(input),
    ),
  ),
  rolePath: v.exactOptional(
    value<string>(
      'a path of roles',
      "one that begins and ends with a slash, such as '/counting/'",
      (input) => typeof input === 'string' && rolePath.test(input),
    ),
  ),
});
