import type { Outsider, Person } from '../session/state.ts';

/** An outsider may call itself like a member: then it is another one. */
export const outsiderNames = (outsiders: readonly Outsider[], people: readonly Person[]): string =>
  outsiders.map(({ name }) => (people.some(person => person.name === name) ? `another ${name}` : name)).join(', ');
