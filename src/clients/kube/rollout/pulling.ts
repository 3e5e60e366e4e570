import type { Problem } from '../../../core/problem.ts';
import type { Container } from './objects.ts';
import { eachContainer, eventsOf, type Signal, type Subject } from './row.ts';
import type { Sighting } from './sighting.ts';

type Cause = 'passing' | 'platform' | 'refused' | 'missing';

const WAITING = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'RegistryUnavailable'];

/** In this order: a registry that counts requests may call the refusal `unauthorized` as well. */
const CAUSES: readonly { readonly cause: Cause; readonly when: RegExp }[] = [
  {
    cause: 'passing',
    when: /\b(408|429|5\d\d) [A-Z]|too ?many ?requests|time.?out|deadline exceeded|no such host|server misbehaving|connection (refused|reset)|no route to host|unreachable|\bEOF\b|x509|tls:|broken pipe/i,
  },
  { cause: 'platform', when: /no match for platform|no matching manifest/i },
  { cause: 'refused', when: /\b(401|403)\b|unauthorized|denied|forbidden|no basic auth|authorization failed/i },
  {
    cause: 'missing',
    when: /not found|manifest unknown|does not exist|InvalidImageName|invalid reference|not present/i,
  },
];

/** What is not known is waited for: a verdict needs evidence. */
export const causeOfPull = (said: string, image: string): Cause => {
  const text = said.replaceAll(image, '').replaceAll(/"[^"]*"/g, '');
  return CAUSES.find(({ when }) => when.test(text))?.cause ?? 'passing';
};

export const pull =
  (cause: Cause): Signal =>
  sighting =>
    eachContainer(sighting, container => {
      const { reason = '' } = container.status.state?.waiting ?? {};
      if (!WAITING.includes(reason)) return undefined;
      const said = saidOf(container, sighting);
      return causeOfPull(said, imageOf(container)) === cause ? said : undefined;
    });

const imageOf = ({ spec, status }: Container): string => spec.image ?? status.image ?? '';

/** `Back-off pulling image` carries no cause in older clusters: then the last event that does counts. */
const saidOf = ({ pod, spec, status }: Container, sighting: Sighting): string => {
  const { reason = '', message = reason } = status.state?.waiting ?? {};
  if (reason !== 'ImagePullBackOff') return reason === 'ErrImagePull' ? message : `${reason}: ${message}`;
  const own = message.split('ErrImagePull: ')[1];
  if (own !== undefined) return own;
  const failed = eventsOf(sighting, pod.metadata.uid).findLast(event =>
    event.message?.startsWith(`Failed to pull image "${spec.image}"`),
  );
  return failed?.message?.slice(`Failed to pull image "${spec.image}": `.length) ?? message;
};

/** Without the layers that pass it on. */
const short = (said: string): string =>
  said.replaceAll(/(rpc error: code = \w+ desc = |failed to (pull and unpack image|resolve reference) "[^"]*": )/g, '');

const imageIn = ({ container }: Subject): string => (container ? imageOf(container) : '');

const problem = (subject: Subject, message: string, fix: string): Problem => ({
  code: 'image-pull',
  message,
  because: short(subject.said),
  fix,
});

export const missingImage = (subject: Subject): Problem =>
  problem(subject, `There is no image ${imageIn(subject)}`, 'push it, or correct its name, then deploy again');

export const refusedPull = (subject: Subject): Problem =>
  problem(
    subject,
    `The cluster may not pull ${imageIn(subject)}`,
    `give its pods a pull secret for ${imageIn(subject).split('/')[0]}: kubectl create secret docker-registry makes one`,
  );

export const wrongPlatform = (subject: Subject): Problem =>
  problem(
    subject,
    `The image ${imageIn(subject)} is not made for the machines of this cluster`,
    'build it with --platform for what kubectl get nodes -L kubernetes.io/arch shows',
  );

export const passingPull = (subject: Subject): Problem =>
  problem(
    subject,
    `The image ${imageIn(subject)} cannot be pulled`,
    'see that its registry answers the machines of the cluster, then deploy again',
  );
