import type { Who } from '../crypto/index.ts';
import type { Remark, Tone } from '../session/state.ts';
import { Icon } from './Icon.tsx';
import type { IconName } from './icons.ts';
import { Time } from './Time.tsx';

const icons: Partial<Record<Tone, IconName>> = { fault: 'warn', halted: 'stop' };

/** A note where a message would be. */
export interface RemarkLineProps {
  remark: Remark;
  onCompare(person: Who): void;
}

export function RemarkLine({ remark: { tone, text, code, at, about }, onCompare }: RemarkLineProps) {
  const icon = icons[tone];
  return (
    <p className={`remark ${tone}`}>
      <span aria-hidden="true">{'--\u00a0'}</span>
      {icon && <Icon name={icon} />}
      {icon && ' '}
      {text} {code ? <code>{code}</code> : <Time at={at} />}
      {about && ' '}
      {about && (
        <button className="inline-button" type="button" onClick={() => onCompare(about)}>
          Compare
        </button>
      )}
      <span aria-hidden="true">{'\u00a0--'}</span>
    </p>
  );
}
