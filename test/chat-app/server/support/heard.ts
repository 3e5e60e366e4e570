/** How often others are heard while it goes on: once in each turn of the event loop. */
export async function heardDuring<Result>(work: () => Promise<Result>): Promise<{ result: Result; heard: number }> {
  let heard = 0;
  let over = false;
  const others = () => {
    heard += 1;
    if (!over) setImmediate(others);
  };
  setImmediate(others);
  try {
    const result = await work();
    return { result, heard };
  } finally {
    over = true;
  }
}
