import { nameFor } from '../../core/hash.ts';
import type { Json } from '../../core/json.ts';
import { type KubeObject, OWN } from '../../core/kube.ts';
import { objectsOf } from './objects.ts';
import type { Values } from './values.ts';

/**
 * The objects, each with the hash of what it is, by which a field that is left out later is seen to have been there. How
 * many run is the autoscaler's to say, and the image is told by its release: its digest may not be known yet.
 */
export const stampedObjects = (values: Values): KubeObject[] => {
  const { replicas } = values;
  const plain = objectsOf({ ...values, image: '', replicas: { ...replicas, now: replicas.min } });
  return objectsOf(values).map((object, index) => stamped(object, nameFor(plain[index] as unknown as Json)));
};

export const stamped = (object: KubeObject, hash: string): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [OWN.applied]: hash } },
});
