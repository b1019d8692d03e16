import { isLike } from '../services/iam/evaluate.ts';

/** Whom a function's own policy lets invoke it, beside those whose role does. */
export interface Permission {
  readonly functionName: string;
  /** `events.amazonaws.com`, `lambda.alarms.cloudwatch.amazonaws.com` */
  readonly principal: string;
  /** May hold `*` and `?`; undefined: on behalf of any resource. */
  readonly sourceArn: string | undefined;
}

/** The functions' policies, as `AWS::Lambda::Permission` adds to them. */
export class Permissions {
  readonly #permissions: Permission[] = [];

  add(permission: Permission): void {
    this.#permissions.push(permission);
  }

  allows(asked: Permission & { readonly sourceArn: string }): boolean {
    return this.#permissions.some(
      ({ functionName, principal, sourceArn }) =>
        functionName === asked.functionName &&
        principal === asked.principal &&
        (sourceArn === undefined || isLike(asked.sourceArn, sourceArn)),
    );
  }
}
