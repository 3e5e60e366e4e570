export interface Part {
  text: string;
  /** Where it leads, if it is an address. */
  href?: string;
}

const address = /https?:\/\/[^\s<>"']+/g;

/** Cuts a text at its http and https addresses. Punctuation that ends a sentence stays outside. */
export function linkParts(text: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(address)) {
    const href = trimmed(found);
    if (!URL.canParse(href)) continue;
    parts.push({ text: text.slice(from, index) }, { text: href, href });
    from = index + href.length;
  }
  return [...parts, { text: text.slice(from) }].filter(part => part.text !== '');
}

/** A closing bracket belongs to the address only when it was opened there. */
function trimmed(found: string): string {
  const plain = found.replace(/[.,:;!?…]+$/, '');
  return plain.endsWith(')') && !plain.includes('(') ? trimmed(plain.slice(0, -1)) : plain;
}
