import { BOOKS, type BooksAt } from './at.ts';
import { deleteBook } from './data.ts';

/** Deletes lock, history and journal; missing ones are fine. A lock that is held is lost by it. */
export const forgetBooks = async (at: BooksAt): Promise<void> => {
  await Promise.all(BOOKS.map(book => deleteBook(book, at)));
};
