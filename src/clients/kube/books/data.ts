import { good } from '../problems.ts';
import type { KubeAnswer, KubeRequest } from '../session.ts';
import { askPatiently, type Book, type BooksAt, called, collectionOf, emptyBook, MERGE, pathOf } from './at.ts';

/** What a ConfigMap holds. */
export type Data = { readonly [key: string]: string };

export const dataIn = ({ data }: { readonly data?: Data | null }): Data => data ?? {};

/** Sets these keys and leaves the others alone; null takes one away. Makes the ConfigMap when it is missing. */
export const writeData = async (
  book: Book,
  at: BooksAt,
  data: { readonly [key: string]: string | null },
): Promise<void> => {
  const patch: KubeRequest = { method: 'PATCH', path: pathOf(book, at), type: MERGE, body: { data } };
  const first = await askPatiently(at, patch);
  const answer = first.status === 404 ? await created(book, at, data) : first;
  // Somebody else made it in between.
  good(answer.status === 409 ? await askPatiently(at, patch) : answer, `write ${called(book, at)}`);
};

const created = (book: Book, at: BooksAt, data: { readonly [key: string]: string | null }): Promise<KubeAnswer> => {
  const there = Object.entries(data).filter(([, value]) => value !== null);
  const body = { ...emptyBook(book, at), data: Object.fromEntries(there) };
  return askPatiently(at, { method: 'POST', path: collectionOf(book, at), body });
};

/** Missing is as good as deleted. */
export const deleteBook = async (book: Book, at: BooksAt): Promise<void> => {
  const answer = await askPatiently(at, { method: 'DELETE', path: pathOf(book, at) });
  if (answer.status === 404) return;
  good(answer, `delete ${called(book, at)}`);
};
