import type { Stock } from '../kept.ts';
import type { Ask, Subject } from '../observer.ts';
import { recordsInCluster } from './cluster.ts';

/** A release is whole when it is written down what its objects were; the cluster keeps no copies of the data. */
export const keptInCluster = async (subject: Subject, ask: Ask): Promise<Stock> => {
  const records = await recordsInCluster(subject, ask);
  const whole = records.filter(({ result, settings }) => result === 'serves' && settings?.objects !== undefined);
  return { releases: [...new Set(whole.map(({ release }) => release))].sort(), backups: [], keeper: '' };
};
