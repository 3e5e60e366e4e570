import { encode } from 'uqr';
import { pixelPath } from './pixels.ts';

const QUIET = 3;

export interface QrCodeProps {
  text: string;
  label: string;
}

/** Dark on light in every theme: that is what cameras expect. */
export function QrCode({ text, label }: QrCodeProps) {
  const { data, size } = encode(text, { ecc: 'M', border: 0 });
  const rows = data.map(row => row.map(dark => (dark ? '#' : '.')).join(''));
  const side = size + 2 * QUIET;
  return (
    <svg className="qr" viewBox={`${-QUIET} ${-QUIET} ${side} ${side}`} role="img" aria-label={label}>
      <rect className="qr-ground" x={-QUIET} y={-QUIET} width={side} height={side} />
      <path className="qr-ink" shapeRendering="crispEdges" d={pixelPath(rows)} />
    </svg>
  );
}
