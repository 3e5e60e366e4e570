import { command } from '../../core/action.ts';
import { helm } from '../../tools/helm.ts';
import type { Observer } from '../observer.ts';

export const observeHelmProgram: Observer = async ({ config }, ask) => {
  if (config.kubernetes.via !== 'helm') return null;
  const said = await ask.read(command(helm, helm.version));
  return (said ?? '').replace(/^v/, '').replace(/\+.*$/, '');
};
