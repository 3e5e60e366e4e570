import type { Ref } from 'react';
import type { Outsider, Person } from '../session/state.ts';
import { Details } from './Details.tsx';
import { Icon } from './Icon.tsx';
import { MemberRow } from './MemberRow.tsx';
import { Readers } from './Readers.tsx';
import { clockTime } from './times.ts';

export interface MembersProps {
  people: readonly Person[];
  outsiders: readonly Outsider[];
  /** One's own. */
  name: string;
  linked: boolean;
  plain: boolean;
  repeated: number;
  /** Nothing is sealed for anybody until this is decided. */
  undecided: string | undefined;
  heading: Ref<HTMLHeadingElement>;
  onBack(): void;
  onInvite(): void;
  onVerify(person: Person): void;
  onCode(): void;
}

/** Who can read this: a page of its own on a phone, a panel that stays on a desktop. */
export function Members({
  people,
  outsiders,
  name,
  repeated,
  heading,
  onBack,
  onInvite,
  onVerify,
  onCode,
  ...readers
}: MembersProps) {
  return (
    <section className="side" aria-labelledby="members-heading">
      <div className="side-head">
        <button className="icon-button" type="button" onClick={onBack} aria-label="Back to the room">
          <Icon name="back" />
        </button>
        <h2 id="members-heading" ref={heading} tabIndex={-1}>
          Who can read this
        </h2>
      </div>
      <div className="side-body">
        <Readers people={people} outsiders={outsiders} {...readers} />
        <ul className="members" aria-label="Members">
          {people.map(person => (
            <MemberRow key={person.sid} person={person} onVerify={onVerify} />
          ))}
          <Myself name={name} />
        </ul>
        {outsiders.length > 0 && <Outsiders outsiders={outsiders} />}
        {people.length > 0 && (
          <button className="button" type="button" onClick={onCode}>
            <Icon name="people" /> Check the whole room
          </button>
        )}
        <button className="button" type="button" onClick={onInvite}>
          <Icon name="add" /> Invite
        </button>
        <Details repeated={repeated} />
      </div>
    </section>
  );
}

function Myself({ name }: { name: string }) {
  return (
    <li className="member me">
      <Icon name="here" />
      <b>{name}</b>
      <span className="member-trust">you</span>
      <span className="member-presence">this browser</span>
    </li>
  );
}

function Outsiders({ outsiders }: Pick<MembersProps, 'outsiders'>) {
  return (
    <div>
      <h3>Cannot read</h3>
      <ul className="members" aria-label="Cannot read">
        {outsiders.map(({ sid, name, at }) => (
          <li key={sid} className="member outsider">
            <Icon name="cross" />
            <b>{name}</b>
            <span className="member-trust warn">no link</span>
            <span className="member-presence">came {clockTime(at)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
