import { userInfo } from 'node:os';

/** Who is logged in on this machine: a word for colleagues, no proof. Undefined where the system has no name for this user. */
export function operatorName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
