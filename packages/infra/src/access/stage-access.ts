import type { AccessSettings, SourceSettings } from '@tidemark/core/config';

/** Roles of the stage are bounded as those of the first source that says how. */
export function stageAccess(sources: readonly Pick<SourceSettings, 'access'>[]): AccessSettings {
  const all = sources.map(({ access }) => access);
  const permissionsBoundary = all.find((access) => access.permissionsBoundary !== undefined)?.permissionsBoundary;
  const rolePath = all.find((access) => access.rolePath !== undefined)?.rolePath;
  return {
    producers: [],
    readers: [],
    operators: [],
    ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }),
    ...(rolePath === undefined ? {} : { rolePath }),
  };
}
