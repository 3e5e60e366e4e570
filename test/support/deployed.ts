import type { Facts } from '../../src/core/fact.ts';
import type { LiveFact } from '../../src/core/facts/cluster.ts';
import type { KeptFact } from '../../src/core/facts/kept.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import type { KubeObject } from '../../src/core/kube.ts';
import type { Plan } from '../../src/core/plan.ts';
import { fillKnown } from '../../src/engine/values.ts';

export const of = <Shape>(facts: Facts, name: string): Shape => facts[name] as unknown as Shape;

export const changedIn = (facts: Facts, name: string, more: object): Facts => ({
  ...facts,
  [name]: { ...(facts[name] as object), ...more } as Json,
});

export const DIGEST = `sha256:${'ab12'.repeat(16)}`;

/** The cluster as it is when this plan was run: it adds things of its own. A port of this machine leads there, or none. */
export const inClusterAfter = (
  plan: Plan,
  facts: Facts,
  way: { readonly url: string; readonly port: number },
): Facts => {
  const { settings = {}, release = '', config = '' } = plan;
  const pushed = new Map<string, Json>([['pushed', { result: `r.example.org/demo@${DIGEST}` }]]);
  const known = fillKnown(settings as Json, pushed) as JsonObject;
  const objects = (known.objects as unknown as readonly KubeObject[]).map(withDefaults);
  const kept = of<KeptFact>(facts, 'kept');
  const more: readonly (readonly [string, object])[] = [
    ['live', { objects: [...others(facts, objects), ...objects], settled: true }],
    ['serving', { supervisor: 'answers', release, config, ...way }],
    [
      'kept',
      {
        releases: [...kept.releases, release].sort(),
        order: [release, ...kept.order],
        settings: { ...kept.settings, [release]: known },
        proved: release,
        provedConfig: config,
      },
    ],
  ];
  const after = more.reduce((all, [fact, what]) => changedIn(all, fact, what), facts);
  const forward = way.port === 0 ? null : { ...way, pid: 7, right: true };
  return { ...after, stored: DIGEST, namespace: 'ours', forward };
};

const others = (facts: Facts, objects: readonly KubeObject[]): readonly KubeObject[] =>
  of<LiveFact>(facts, 'live').objects.filter(
    old => !objects.some(({ kind, metadata }) => kind === old.kind && metadata.name === old.metadata.name),
  );

/** As an API server gives back what it got: with its defaults, and amounts in its own words. */
const withDefaults = (object: KubeObject): KubeObject => {
  const { stringData, ...rest } = object as KubeObject & { stringData?: JsonObject };
  const kept = JSON.parse(JSON.stringify(rest).replaceAll('"100m"', '"0.1"')) as KubeObject;
  const spec = object.spec === undefined ? {} : { spec: { ...(kept.spec as JsonObject), sessionAffinity: 'None' } };
  return { ...kept, ...spec, ...(stringData !== undefined && { data: { TOKEN: '***' } }) };
};
