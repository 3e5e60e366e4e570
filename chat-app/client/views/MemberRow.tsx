import type { Person, Trust } from '../session/state.ts';
import { Icon } from './Icon.tsx';
import type { IconName } from './icons.ts';
import { clockTime } from './times.ts';
import { VerifyButton } from './VerifyButton.tsx';

const signs: Record<Trust, { icon: IconName; tone: string }> = {
  verified: { icon: 'check', tone: 'safe' },
  'not compared': { icon: 'unproven', tone: '' },
  new: { icon: 'plus', tone: '' },
  'new key': { icon: 'plus', tone: 'warn' },
  'key changed': { icon: 'stop', tone: 'stop' },
};

export function MemberRow({ person, onVerify }: { person: Person; onVerify(person: Person): void }) {
  const { name, trust, verifiedAs, presence, since } = person;
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
      <VerifyButton person={person} onVerify={onVerify} />
    </li>
  );
}
