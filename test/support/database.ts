/** The vault's database seen from outside: copied and put back, as a backup of a browser profile would. */
import type { BrowserContext, Page } from 'playwright-core';

/** A page of the same origin in which the chat does not run. */
async function beside(context: BrowserContext, origin: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${origin}/icon.svg`);
  return page;
}

/** Also keys that cannot be read out: a browser copies them as they are. */
export async function copyDatabase(context: BrowserContext, origin: string, from: string, to: string): Promise<void> {
  const page = await beside(context, origin);
  await page.evaluate(`(${copy})(${JSON.stringify({ from, to })})`);
  await page.close();
}

/** Everything in it, as text; bytes are read as Latin-1, so that a plain text would be found. */
export async function databaseText(context: BrowserContext, origin: string): Promise<string> {
  const page = await beside(context, origin);
  const text = (await page.evaluate(`(${dump})()`)) as string;
  await page.close();
  return text;
}

const shared = `
  const answer = request => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const stores = ['keys', 'sealed'];
  const open = name => {
    const request = indexedDB.open(name, 2);
    request.onupgradeneeded = () => stores.forEach(store => request.result.createObjectStore(store));
    return answer(request);
  };
  const read = async (database, store) => {
    const all = database.transaction(store).objectStore(store);
    const [places, values] = await Promise.all([answer(all.getAllKeys()), answer(all.getAll())]);
    return places.map((place, at) => [place, values[at]]);
  };`;

const copy = `async ({ from, to }) => {${shared}
  const [source, target] = [await open(from), await open(to)];
  for (const store of stores) {
    const records = await read(source, store);
    const transaction = target.transaction(store, 'readwrite');
    const done = new Promise(resolve => { transaction.oncomplete = resolve; });
    transaction.objectStore(store).clear();
    for (const [place, value] of records) transaction.objectStore(store).put(value, place);
    await done;
  }
  source.close();
  target.close();
}`;

const dump = `async () => {${shared}
  const database = await open('bytechat');
  const latin = new TextDecoder('latin1');
  const seen = (_, value) => value instanceof Uint8Array ? latin.decode(value) : value;
  const all = await Promise.all(stores.map(store => read(database, store)));
  database.close();
  return JSON.stringify(all, seen);
}`;
