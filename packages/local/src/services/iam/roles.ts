import type { Statement } from './statement.ts';

export interface Role {
  readonly roleName: string;
  readonly roleArn: string;
  /** Service principals that may assume it: `lambda.amazonaws.com`. */
  readonly services: readonly string[];
}

/** The account's roles and what their policies say. */
export class Roles {
  readonly #roles = new Map<string, Role & { readonly statements: Statement[] }>();

  add(role: Role, statements: readonly Statement[]): void {
    this.#roles.set(role.roleArn, { ...role, statements: [...statements] });
  }

  /** Adds a policy to the role of that name; false where there is none. */
  attach(roleName: string, statements: readonly Statement[]): boolean {
    const role = [...this.#roles.values()].find((each) => each.roleName === roleName);
    role?.statements.push(...statements);
    return role !== undefined;
  }

  find(roleArn: string): (Role & { readonly statements: readonly Statement[] }) | undefined {
    return this.#roles.get(roleArn);
  }
}
