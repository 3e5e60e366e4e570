import { type SyntheticEvent, useState } from 'react';
import type { JoinChoice } from '../session/entrance.ts';
import type { Attempt, JoinErrors } from '../session/refusals.ts';
import { Field } from './Field.tsx';
import { Icon } from './Icon.tsx';
import { type FieldState, useField } from './useField.ts';

type JoinMode = Attempt['mode'];

export interface JoinFormProps {
  mode: JoinMode;
  /** What stands in the fields at first. */
  roomId: string;
  name: string;
  errors: JoinErrors;
  /** The browser already has another link for this room. */
  hasOtherLink: boolean;
  /** False while there is no relay to join at, or a join is under way. */
  ready: boolean;
  onJoin(choice: JoinChoice): void;
  onMode(mode: JoinMode): void;
}

const words: Record<JoinMode, { heading: string; verb: string; hint: string; other: string; otherMode: JoinMode }> = {
  invited: {
    heading: 'Join a room',
    verb: 'Join',
    hint: 'From your invitation. Only people with the link get in.',
    other: 'No invitation? Start a new room',
    otherMode: 'new',
  },
  new: {
    heading: 'Start a room',
    verb: 'Start',
    hint: 'It gets a secret link. Only people with the link get in.',
    other: 'Join a room by its name',
    otherMode: 'named',
  },
  named: {
    heading: 'Join a room',
    verb: 'Join',
    hint: 'By its name alone: anybody who knows the name can come in.',
    other: 'No invitation? Start a new room',
    otherMode: 'new',
  },
};

export function JoinForm({ mode, errors, hasOtherLink, ready, onJoin, onMode, ...first }: JoinFormProps) {
  const room = useField(first.roomId, errors, 'room');
  const name = useField(first.name, errors, 'name');
  const [replaceLink, setReplaceLink] = useState(false);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (ready) onJoin({ roomId: room.value, name: name.value, replaceLink });
  };
  return (
    <form className="card" aria-labelledby="join-heading" onSubmit={submit} noValidate>
      <h1 id="join-heading">{words[mode].heading}</h1>
      <RoomField {...room} mode={mode} />
      <NameField {...name} />
      {hasOtherLink && <OtherLink checked={replaceLink} onChange={setReplaceLink} />}
      {errors.form && <FormError text={errors.form} />}
      <button className="button primary wide" type="submit" disabled={!ready}>
        {words[mode].verb} {room.value || 'the room'}
      </button>
      <p className="hint centred">No account, no e-mail, no phone number.</p>
      <button className="inline-button centred" type="button" onClick={() => onMode(words[mode].otherMode)}>
        {words[mode].other}
      </button>
    </form>
  );
}

function RoomField({ mode, ...field }: FieldState & { mode: JoinMode }) {
  const hint = (
    <>
      <Icon name={mode === 'named' ? 'open' : 'lock'} /> {words[mode].hint}
    </>
  );
  return <Field {...field} label="Room" hint={hint} maxLength={64} autoComplete="off" readOnly={mode === 'invited'} />;
}

function NameField(field: FieldState) {
  const hint = '1 to 24 of a–z, 0–9, - and _';
  return <Field {...field} label="Your name" hint={hint} maxLength={24} autoComplete="nickname" autoFocus />;
}

/** A browser that has a link for a room asks before it takes another one. */
function OtherLink({ checked, onChange }: { checked: boolean; onChange(checked: boolean): void }) {
  return (
    <label className="choice">
      <input type="checkbox" checked={checked} onChange={event => onChange(event.target.checked)} />
      <span>
        Use the link of this invitation
        <small>This browser has another link for this room, and goes on using it unless you tick this.</small>
      </span>
    </label>
  );
}

function FormError({ text }: { text: string }) {
  return (
    <p className="hint wrong" role="alert">
      <Icon name="stop" /> {text}
    </p>
  );
}
