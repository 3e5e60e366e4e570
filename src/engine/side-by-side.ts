/** Works on so many at once; the answers are in the order of the items. The first failure ends it. */
export const sideBySide = async <Item, Answered>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<Answered>,
): Promise<Answered[]> => {
  const answers: Answered[] = [];
  const rest = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = rest.shift(); next; next = rest.shift()) answers[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  return answers;
};
