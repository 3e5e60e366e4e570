import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import net, { type Server } from 'node:net';
import process from 'node:process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type ListeningSocket, listenOn } from '../../src/supervisor/listening-socket.ts';
import { freePorts } from '../support/ports.ts';

const HOST = '127.0.0.1';

const listen = async (from: number, to = from): Promise<ListeningSocket | undefined> => {
  const socket = await listenOn({ host: HOST, from, to });
  if (socket) onTestFinished(() => socket.close());
  return socket;
};

const occupy = async (host: string, port: number): Promise<Server> => {
  const server = net.createServer().listen({ host, port });
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return server;
};

/** Answers one connection on descriptor 3 with its name, and ends. */
const child = (name: string, fd: number): ChildProcess => {
  const code = `
    const server = require('node:net').createServer(socket => {
      socket.end(process.argv[1], () => process.exit(0));
    }).listen({ fd: 3 }, () => console.log('ready'));`;
  const started = spawn(process.execPath, ['-e', code, name], { stdio: ['ignore', 'pipe', 'inherit', fd] });
  onTestFinished(() => void started.kill('SIGKILL'));
  return started;
};

const connect = async (port: number): Promise<net.Socket> => {
  const socket = net.connect({ host: HOST, port });
  await once(socket, 'connect');
  return socket;
};

const textOf = async (socket: net.Socket): Promise<string> => {
  let text = '';
  for await (const chunk of socket) text += chunk;
  return text;
};

describe('a socket that listens for others', () => {
  test('accepts before anybody serves, and whoever connects then is answered by the first who does', async () => {
    const port = await freePorts(1);
    const socket = await listen(port);
    const early = await connect(port);
    child('first', socket?.fd ?? -1);
    expect(await textOf(early)).toBe('first');
  });

  test('a connection made between two children is answered by the second', async () => {
    const port = await freePorts(1);
    const socket = await listen(port);
    const first = child('first', socket?.fd ?? -1);
    expect(await textOf(await connect(port))).toBe('first');
    if (first.exitCode === null) await once(first, 'exit');
    const between = await connect(port);
    child('second', socket?.fd ?? -1);
    expect(await textOf(between)).toBe('second');
  });

  test('holds many connections until somebody comes', async () => {
    const port = await freePorts(1);
    const socket = await listen(port);
    const waiting = await Promise.all(Array.from({ length: 300 }, () => connect(port)));
    const code = "require('node:net').createServer(socket => socket.end('all')).listen({ fd: 3 })";
    const server = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'ignore', 'inherit', socket?.fd ?? -1] });
    onTestFinished(() => void server.kill('SIGKILL'));
    expect(new Set(await Promise.all(waiting.map(textOf)))).toEqual(new Set(['all']));
  });
});

describe('the port', () => {
  test('is the first of the range that is free', async () => {
    const port = await freePorts(3);
    await occupy(HOST, port);
    expect((await listen(port, port + 2))?.port).toBe(port + 1);
    expect((await listen(port, port + 2))?.port).toBe(port + 2);
    expect(await listen(port, port + 2)).toBeUndefined();
  });

  test('is free again when the socket is closed', async () => {
    const port = await freePorts(1);
    const socket = await listenOn({ host: HOST, from: port, to: port });
    expect(await listen(port)).toBeUndefined();
    socket?.close();
    expect((await listen(port))?.port).toBe(port);
  });

  test('counts as taken when a stranger answers it at the other localhost', async context => {
    const port = await freePorts(2);
    await occupy('::1', port).catch(() => context.skip('this machine has no IPv6'));
    expect((await listen(port, port + 1))?.port).toBe(port + 1);
  });
});
