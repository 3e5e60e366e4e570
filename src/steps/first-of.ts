const MOST = 3;

/** `a, b, c and 4 more`: the first say enough. */
export const firstOf = (changed: readonly string[]): string => {
  const more = changed.length > MOST ? ` and ${changed.length - MOST} more` : '';
  return `${changed.slice(0, MOST).join(', ')}${more}`;
};
