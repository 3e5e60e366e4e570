import type { Person, Trust } from '../session/state.ts';
import { Icon } from './Icon.tsx';
import type { IconName } from './icons.ts';
import { clockTime } from './times.ts';

const signs: Record<Trust, { icon: IconName; tone: string }> = {
  verified: { icon: 'check', tone: 'safe' },
  'not compared': { icon: 'unproven', tone: '' },
  new: { icon: 'plus', tone: '' },
  'new key': { icon: 'plus', tone: 'warn' },
  'key changed': { icon: 'stop', tone: 'stop' },
};

export function MemberRow({ person: { name, trust, verifiedAs, presence, since } }: { person: Person }) {
  return (
    <li className="member">
      <Icon name={presence} />
      <b>{name}</b>
      <span className={`member-trust ${signs[trust].tone}`}>
        <Icon name={signs[trust].icon} /> {verifiedAs ? `verified as ${verifiedAs}` : trust}
      </span>
      <span className="member-presence">
        {presence === 'here' ? 'here' : since ? `away since ${clockTime(since)}` : 'away'}
      </span>
    </li>
  );
}
