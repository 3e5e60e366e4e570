/** Every number of e2ee/1, with its unit in the name: MS milliseconds, BYTES bytes, the rest counts. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// Bundles and sessions (sections 2 and 7).
export const BUNDLE_LIFE_MS = 7 * DAY;
/** A relay allows five minutes, and a client's clock may be five off the relay's. */
export const BUNDLE_AHEAD_MS = 10 * MINUTE;
/** How far a new bundle's `created` may be from the relay's clock. */
export const CLOCK_SKEW_MS = 5 * MINUTE;
/** A bundle with less to live than this is not admitted. */
export const BUNDLE_LEFT_TO_JOIN_MS = DAY;
/** The relay removes a member this long before its bundle expires. */
export const EXPIRY_MARGIN_MS = 15 * MINUTE;
/** A client makes a new session when its bundle is this old. */
export const SESSION_LIFE_MS = DAY;

// Room (section 12).
export const DEFAULT_MEMBERS = 50;
export const MAX_MEMBERS = 200;
/** Joins that a room admits at once before one a second. */
export const JOIN_BURST = 50;
export const JOINS_PER_SECOND = 1;
export const DEFAULT_AWAY_MS = DAY;
export const MIN_AWAY_MS = MINUTE;
export const MAX_AWAY_MS = 7 * DAY;
/** When a room is full, whoever has been away longest gives way, if away longer than this. */
export const EVICT_AFTER_MS = HOUR;

// Frames (sections 8 and 12).
export const MAX_FRAME_TO_RELAY_BYTES = 64 * 1024;
export const MAX_FRAME_FROM_RELAY_BYTES = 128 * 1024;
export const MAX_TEXT_BYTES = 4062;
export const SENDS_PER_SECOND = 20;
export const SEND_BURST = 40;
/** A repeated (identity, id) is answered with `duplicate` for this long. */
export const DUPLICATE_WINDOW_MS = DAY;
export const PING_EVERY_MS = 30 * SECOND;
/** A connection with more bad frames than this may be closed. */
export const MAX_BAD_FRAMES = 100;
/** After `stale-roster` a client waits this long for the entry before it resumes. */
export const STALE_WAIT_MS = 5 * SECOND;
/** A line that waited longer than this goes to newcomers only after asking. */
export const ASK_AFTER_MS = MINUTE;
export const DEFAULT_HISTORY_MS = 30 * DAY;

// Close codes of the socket.
export const CLOSE_POLICY = 1008;
export const CLOSE_TOO_BIG = 1009;
export const CLOSE_RESTART = 1012;
export const CLOSE_TAKEN_OVER = 4001;

// Chains (sections 4, 5 and 7).
export const MAX_CHAIN_MESSAGES = 500;
export const MAX_CHAIN_EVENTS = 1000;
export const CHAIN_LIFE_MS = DAY;
/** Chains that one session begins under one roster: what has ended must be remembered until that changes. */
export const MAX_CHAINS = 1024;
export const MAX_SKIPPED_KEYS = 256;
export const SKIPPED_KEY_LIFE_MS = 10 * MINUTE;

// Log (section 6).
export const KEPT_HEADS = 512;

// Numbers that people compare (section 9).
export const NUMBER_ROUNDS = 5200;
export const FINGERPRINT_BYTES = 30;
export const ROOM_CODE_BYTES = 40;
