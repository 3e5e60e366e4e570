import type { Command } from '../core/action.ts';
import type { DoorOperations } from '../core/door.ts';
import type { JsonObject } from '../core/json.ts';
import * as docker from './docker.ts';

/** The longest that the door itself waits for an app, and some more. */
const TELL_MS = 180_000;

/** Asks a door something, from inside its container: it has no other way in. */
export const tellDoor = (door: string, operation: keyof DoorOperations, request: JsonObject): Command =>
  docker.exec(door, ['node', '/door/door.js', 'tell', operation], { input: request, timeoutMs: TELL_MS });
