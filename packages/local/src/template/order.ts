import { TemplateRefused } from './refusal.ts';
import type { TemplateResource } from './template.ts';

/** Logical ids in an order in which every resource comes after those that it names. Throws TemplateRefused for a circle. */
export function creationOrder(resources: Readonly<Record<string, TemplateResource>>): readonly string[] {
  const ordered: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (logicalId: string, trail: readonly string[]): void => {
    if (state.get(logicalId) === 'done') return;
    if (state.get(logicalId) === 'open') {
      throw new TemplateRefused([`Resources depend on each other in a circle: ${[...trail, logicalId].join(' -> ')}`]);
    }
    state.set(logicalId, 'open');
    const resource = resources[logicalId];
    for (const dependency of dependencies(resource)) {
      if (Object.hasOwn(resources, dependency)) visit(dependency, [...trail, logicalId]);
    }
    state.set(logicalId, 'done');
    ordered.push(logicalId);
  };
  for (const logicalId of Object.keys(resources)) visit(logicalId, []);
  return ordered;
}

/** The names that a resource refers to: `DependsOn`, `Ref`, `Fn::GetAtt` and `Fn::Sub` anywhere in its properties. */
function dependencies(resource: TemplateResource | undefined): ReadonlySet<string> {
  const names = new Set<string>([resource?.DependsOn ?? []].flat());
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, argument] of Object.entries(value)) {
      if (key === 'Ref') names.add(String(argument));
      if (key === 'Fn::GetAtt') names.add(String(Array.isArray(argument) ? argument[0] : argument).split('.')[0] ?? '');
      if (key === 'Fn::Sub') {
        for (const [, name = ''] of String([argument].flat()[0]).matchAll(/\$\{([^!}][^}]*)\}/g))
          names.add(name.split('.')[0] ?? '');
      }
      walk(argument);
    }
  };
  walk(resource?.Properties);
  return names;
}
