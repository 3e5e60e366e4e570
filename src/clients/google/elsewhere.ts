import { resolve } from 'node:path';
import process from 'node:process';

/** What a program needs that runs in another folder than we do: where the file of our credentials is, when there is one. */
export const credentialsElsewhere = (): Readonly<Record<string, string>> => {
  const { GOOGLE_APPLICATION_CREDENTIALS: file } = process.env;
  return file ? { GOOGLE_APPLICATION_CREDENTIALS: resolve(file) } : {};
};
