const words = [
  'anchor',
  'arbour',
  'attic',
  'bakery',
  'barn',
  'beacon',
  'bridge',
  'cabin',
  'canal',
  'cellar',
  'cove',
  'dune',
  'ferry',
  'garden',
  'grove',
  'harbour',
  'hearth',
  'island',
  'jetty',
  'lantern',
  'library',
  'meadow',
  'mill',
  'orchard',
  'pier',
  'porch',
  'quarry',
  'ridge',
  'station',
  'studio',
  'terrace',
  'valley',
] as const;

/** A name for a new room that nobody else is likely to have: a word and four digits. */
export function suggestRoom([a = 0, b = 0, c = 0]: Uint8Array): string {
  return `${words[a % words.length]}-${String(((b << 8) | c) % 10_000).padStart(4, '0')}`;
}
