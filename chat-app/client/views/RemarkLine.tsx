import type { Remark, Tone } from '../session/state.ts';
import { Icon } from './Icon.tsx';
import type { IconName } from './icons.ts';
import { Time } from './Time.tsx';

const icons: Partial<Record<Tone, IconName>> = { fault: 'warn', halted: 'stop' };

/** A note where a message would be. */
export function RemarkLine({ remark: { tone, text, code, at } }: { remark: Remark }) {
  const icon = icons[tone];
  return (
    <p className={`remark ${tone}`}>
      <span aria-hidden="true">{'--\u00a0'}</span>
      {icon && <Icon name={icon} />}
      {icon && ' '}
      {text} {code ? <code>{code}</code> : <Time at={at} />}
      <span aria-hidden="true">{'\u00a0--'}</span>
    </p>
  );
}
