import { linkParts } from './linkParts.ts';

/** Text whose addresses can be opened. Nothing is fetched for a preview: that would tell others what was read. */
export function LinkedText({ text }: { text: string }) {
  return linkParts(text).map(({ text: part, href }, at) =>
    href ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
      <a key={at} href={href} target="_blank" rel="noopener noreferrer">
        {part}
      </a>
    ) : (
      part
    ),
  );
}
