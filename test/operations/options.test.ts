import { describe, expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import { type Operations, operations } from '../../src/operations/index.ts';
import type { ChangeOptions, QuestionOptions } from '../../src/options.ts';

type Named<Kind extends string> = {
  [Name in keyof Operations]: Operations[Name] extends { readonly kind: Kind } ? Name : never;
}[keyof Operations];

type Mutable<Options> = { -readonly [Key in keyof Options]: Options[Key] };

describe('the public options', () => {
  test('name every operation, and no other', () => {
    expectTypeOf<keyof ChangeOptions>().toEqualTypeOf<Named<'change'>>();
    expectTypeOf<keyof QuestionOptions>().toEqualTypeOf<Named<'question'>>();
  });

  test('are what the schemas take', () => {
    expectTypeOf<Mutable<ChangeOptions['deploy']>>().toEqualTypeOf<z.input<Operations['deploy']['options']>>();
    expectTypeOf<Mutable<ChangeOptions['rollback']>>().toEqualTypeOf<z.input<Operations['rollback']['options']>>();
    expectTypeOf<Mutable<ChangeOptions['destroy']>>().toEqualTypeOf<z.input<Operations['destroy']['options']>>();
    expectTypeOf<Mutable<ChangeOptions['validate']>>().toEqualTypeOf<z.input<Operations['validate']['options']>>();
    expectTypeOf<Mutable<ChangeOptions['logs']>>().toEqualTypeOf<z.input<Operations['logs']['options']>>();
    expectTypeOf<Mutable<ChangeOptions['init']>>().toEqualTypeOf<z.input<Operations['init']['options']>>();
    expectTypeOf<Mutable<ChangeOptions['registry login']>>().toEqualTypeOf<
      z.input<Operations['registry login']['options']>
    >();
    expectTypeOf<Mutable<ChangeOptions['registry push']>>().toEqualTypeOf<
      z.input<Operations['registry push']['options']>
    >();
    expectTypeOf<Mutable<ChangeOptions['registry prune']>>().toEqualTypeOf<
      z.input<Operations['registry prune']['options']>
    >();
    expectTypeOf<Mutable<ChangeOptions['ansible run']>>().toEqualTypeOf<
      z.input<Operations['ansible run']['options']>
    >();
    expectTypeOf<Mutable<ChangeOptions['kube apply']>>().toEqualTypeOf<z.input<Operations['kube apply']['options']>>();
    expectTypeOf<Mutable<ChangeOptions['kube logs']>>().toEqualTypeOf<z.input<Operations['kube logs']['options']>>();
    expectTypeOf<Mutable<ChangeOptions['kube delete']>>().toEqualTypeOf<
      z.input<Operations['kube delete']['options']>
    >();
    expectTypeOf<Mutable<ChangeOptions['kube port-forward']>>().toEqualTypeOf<
      z.input<Operations['kube port-forward']['options']>
    >();
    expectTypeOf<Mutable<ChangeOptions['gke credentials']>>().toEqualTypeOf<
      z.input<Operations['gke credentials']['options']>
    >();
    expectTypeOf<Mutable<ChangeOptions['gcr login']>>().toEqualTypeOf<z.input<Operations['gcr login']['options']>>();
    expectTypeOf<Mutable<ChangeOptions['terraform init']>>().toEqualTypeOf<
      z.input<Operations['terraform init']['options']>
    >();
    expectTypeOf<Mutable<ChangeOptions['terraform plan']>>().toEqualTypeOf<
      z.input<Operations['terraform plan']['options']>
    >();
    expectTypeOf<Mutable<ChangeOptions['terraform apply']>>().toEqualTypeOf<
      z.input<Operations['terraform apply']['options']>
    >();
    expectTypeOf<Mutable<ChangeOptions['terraform destroy']>>().toEqualTypeOf<
      z.input<Operations['terraform destroy']['options']>
    >();
    expectTypeOf<Mutable<ChangeOptions['terraform import']>>().toEqualTypeOf<
      z.input<Operations['terraform import']['options']>
    >();
    expectTypeOf<Mutable<QuestionOptions['terraform output']>>().toEqualTypeOf<
      z.input<Operations['terraform output']['options']>
    >();
    expectTypeOf<Mutable<QuestionOptions['kube diff']>>().toEqualTypeOf<z.input<Operations['kube diff']['options']>>();
    expectTypeOf<Mutable<QuestionOptions['kube status']>>().toEqualTypeOf<
      z.input<Operations['kube status']['options']>
    >();
    expectTypeOf<Mutable<QuestionOptions['history']>>().toEqualTypeOf<z.input<Operations['history']['options']>>();
  });

  test('have no default that the schemas do not have', () => {
    const defaults = Object.entries(operations).map(([name, operation]) => {
      const typed = 'argument' in operation ? { [operation.argument]: 'it' } : {};
      return [name, operation.options.parse(typed)];
    });
    expect(Object.fromEntries(defaults)).toMatchObject({
      deploy: { acceptDataLoss: false },
      rollback: { acceptDataLoss: false },
      destroy: { data: false },
      validate: { build: false },
      logs: { follow: false, lines: 50 },
      history: { last: 20 },
      'kube apply': { adopt: false },
      'kube logs': { follow: false, lines: 50, previous: false },
      'kube delete': { data: false },
      'gke credentials': { keepContext: false },
    });
  });
});
