import { bytesLeftWords } from './byteWords.ts';

const SPEAKS_FROM = 3600;

export interface ByteCountProps {
  id: string;
  bytes: number;
  most: number;
}

/** Silent until a message is nearly as long as one can be. */
export function ByteCount({ id, bytes, most }: ByteCountProps) {
  return (
    <p id={id} className={bytes > most ? 'count stop-text' : 'count'} role="status">
      {bytes >= SPEAKS_FROM && bytesLeftWords(bytes, most)}
    </p>
  );
}
