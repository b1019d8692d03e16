import { isLike } from '../services/iam/evaluate.ts';

/** Whom a function's own policy lets invoke it, beside those whose role does. */
export interface Permission {
  readonly functionName: string;
  /** `events.amazonaws.com`, `lambda.alarms.cloudwatch.amazonaws.com` */
  readonly principal: string;
  /** May hold `*` and `?`; undefined: on behalf of any resource. */
  readonly sourceArn: string | undefined;
}

/** Of a function URL two are needed: to call the URL, and to invoke the function through it. */
export type UrlPermission = 'lambda:InvokeFunctionUrl' | 'lambda:InvokeFunction';

/** The functions' policies, as `AWS::Lambda::Permission` adds to them. */
export class Permissions {
  readonly #permissions: Permission[] = [];
  readonly #urls = new Map<string, Set<UrlPermission>>();

  add(permission: Permission): void {
    this.#permissions.push(permission);
  }

  /** For everyone. */
  addUrl(functionName: string, action: UrlPermission): void {
    this.#urls.set(functionName, new Set([...(this.#urls.get(functionName) ?? []), action]));
  }

  allows(asked: Permission & { readonly sourceArn: string }): boolean {
    return this.#permissions.some(
      ({ functionName, principal, sourceArn }) =>
        functionName === asked.functionName &&
        principal === asked.principal &&
        (sourceArn === undefined || isLike(asked.sourceArn, sourceArn)),
    );
  }

  /** Whether everyone may call the function's URL. */
  allowsUrl(functionName: string): boolean {
    return this.#urls.get(functionName)?.size === 2;
  }
}
