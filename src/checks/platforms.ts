import { need } from '../core/fact.ts';
import { demand } from '../core/facts/demand.ts';
import { platforms } from '../core/facts/preflight.ts';
import { clusterTargets } from '../core/target.ts';
import type { Check } from './check.ts';

export const rightPlatform: Check = {
  id: 'platforms',
  title: 'The image is there, and runs on the nodes',
  facts: [demand.name, platforms.name],
  scope: 'change',
  targets: clusterTargets,
  examine(_config, facts) {
    const { image: name } = need(demand, facts);
    const { nodes, image, gone } = need(platforms, facts);
    if (gone)
      return [
        {
          code: 'image-pull',
          message: `${name} is not at its registry any more`,
          because: 'the registry says so, and nodes pull it from there',
          fix: 'choose a release whose image is there, or bytechat deploy',
        },
      ];
    const fits = image.some(one => nodes.some(other => isSame(one, other)));
    if (fits || nodes.length === 0 || image.length === 0) return [];
    return [
      {
        code: 'invalid-value',
        message: `The image is for ${image.join(', ')}, and no node is`,
        because: `the nodes that take pods are ${nodes.join(', ')}`,
        allowed: nodes,
        fix: `set app.image.platform to ${nodes.length === 1 ? nodes[0] : 'one of these'}`,
      },
    ];
  },
};

/** A node does not say which variant of its architecture it is. */
const isSame = (image: string, node: string): boolean => image.split('/').slice(0, 2).join('/') === node;
