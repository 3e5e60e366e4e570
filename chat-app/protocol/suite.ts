/** The version that every bundle, AAD and label carries (e2ee/1, section 14). Nothing is negotiated. */
export const SUITE = 1;

/** The WebSocket subprotocol; without it the relay answers 400. */
export const SUBPROTOCOL = 'bytechat.e2ee.1';

/** Where the relay listens for WebSockets. */
export const SOCKET_PATH = '/ws';
