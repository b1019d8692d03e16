import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Scope, type Variables } from './scope.ts';

type Step = { readonly depth: number; readonly variables: Variables };

const variables = fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__', 'toString'), fc.integer(), {
  noNullPrototype: true,
});
const steps: fc.Arbitrary<Step[]> = fc.array(fc.record({ depth: fc.integer({ min: 0, max: 2 }), variables }));

it('sees its own variables before those around it, and gives none of its own away', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const outer = new Scope();
      const middle = new Scope(outer);
      const scopes = [outer, middle, new Scope(middle)];
      const model = scopes.map(() => new Map<string, unknown>());
      for (const { depth, variables: assigned } of taken) {
        scopes[depth]?.assign(assigned);
        for (const [name, value] of Object.entries(assigned)) model[depth]?.set(name, value);
      }
      for (const [depth, scope] of scopes.entries()) {
        const expected = new Map(model.slice(0, depth + 1).flatMap((each) => [...each]));
        expect(new Map(Object.entries(scope.visible()))).toEqual(expected);
        expect(new Map(Object.entries(scope.own))).toEqual(model[depth]);
      }
    }),
  );
});

it('does not change what a state has seen', () => {
  fc.assert(
    fc.property(variables, variables, variables, (around, before, after) => {
      const outer = new Scope(undefined, around);
      const scope = new Scope(outer, before);
      const seen = scope.visible();
      const copy = { ...seen };
      scope.assign(after);
      outer.assign(after);
      expect(seen).toEqual(copy);
    }),
  );
});
