import { describe, expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { resolveConfig, type Sources } from '../../src/config/resolve.ts';
import { type Setting, settingsOf } from '../../src/config/settings.ts';
import { settingsAsText } from '../../src/reports/settings.ts';
import { styleFor } from '../../src/reports/style.ts';

const FILE = `app:
  name: shop
  build: { command: [npm, run, build], inputs: [src, /opt/shared], output: ./dist }
  command: [node, 'server #1.js']
  env: { LOG: warn, ON: 'yes', PORT_: '12', EMPTY: '' }
  secrets: [TOKEN]
  health:
    - exec: [node, probe.js, '{url}']
    - http: /
      timeout: 9
keep: 3
environments:
  staging:
    app:
      env: { LOG: debug }
`;

const configFor = (text: string, environment?: string, more: Partial<Sources> = {}): Config => {
  const loaded = loadConfig(text, 'bytechat.yaml', environment);
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
  const { origins, config } = loaded;
  const home = { root: '/opt/bytechat', hasSources: false };
  return resolveConfig(config, { root: '/project', package: home, environment, origins, ...more });
};

const style = styleFor({ env: {}, stream: {} });

const textOf = (config: Config): string => settingsAsText({ settings: settingsOf(config) }, style);

const short = ({ key, from, line, column }: Setting): string =>
  `${key} ${from}${line === undefined ? '' : ` ${line}:${column}`}`;

describe('where a value comes from', () => {
  test('the file, with line and column, or a default', () => {
    expect(settingsOf(configFor(FILE)).map(short)).toEqual([
      'target default',
      'app.name file 2:9',
      'app.build.command file 3:21',
      'app.build.inputs file 3:48',
      'app.build.output file 3:76',
      'app.command file 4:12',
      'app.container.port default',
      'app.container.data default',
      'app.container.volumes default',
      'app.container.stateless default',
      'app.container.writable default',
      'app.container.capabilities default',
      'app.container.proxyProtocol default',
      'app.port default',
      'app.host default',
      'app.env.LOG file 5:15',
      'app.env.ON file 5:25',
      'app.env.PORT_ file 5:39',
      'app.env.EMPTY file 5:52',
      'app.secrets file 6:12',
      'app.handover default',
      'app.drain default',
      'app.health.0.exec file 8:13',
      'app.health.0.timeout default',
      'app.health.1.http file 9:13',
      'app.health.1.timeout file 10:16',
      'health.passes default',
      'health.within default',
      'keep file 11:7',
    ]);
  });

  test('an environment, where it says something', () => {
    const settings = settingsOf(configFor(FILE, 'staging'));
    expect(settings.filter(({ from }) => from.startsWith('environments')).map(short)).toEqual([
      'app.env.LOG environments.staging 15:19',
    ]);
    expect(settings).toContainEqual({
      key: 'keep',
      value: 3,
      from: 'file',
      file: 'bytechat.yaml',
      line: 11,
      column: 7,
    });
  });

  test('a list that an environment replaces is of that environment alone', () => {
    const text =
      'app: { name: a, files: b, command: [c], health: [{ http: /, timeout: 9 }] }\nenvironments: { x: { app: { health: [{ http: / }] } } }';
    expect(
      settingsOf(configFor(text, 'x'))
        .filter(({ key }) => key.startsWith('app.health'))
        .map(short),
    ).toEqual(['app.health.0.http environments.x 2:46', 'app.health.0.timeout default']);
  });

  test('the bundled chat, when there is no app', () => {
    const settings = settingsOf(configFor('keep: 3'));
    expect(settings.find(({ key }) => key === 'app.name')).toEqual({
      key: 'app.name',
      value: 'chat-app',
      from: 'bundled',
    });
    expect(new Set(settings.map(({ from }) => from))).toEqual(new Set(['default', 'bundled', 'file']));
  });

  test('an option of the command line', () => {
    const config = configFor('target: local', undefined, { origins: { target: { from: '--target' } } });
    expect(settingsOf(config)[0]).toEqual({ key: 'target', value: 'local', from: '--target' });
  });
});

describe('what is shown', () => {
  test('is the file with its defaults: written there, it means the same', () => {
    for (const environment of [undefined, 'staging']) {
      const config = configFor(FILE, environment);
      const again = configFor(textOf(config));
      expect(again.app).toEqual(config.app);
      expect([again.keep, again.health, again.target]).toEqual([config.keep, config.health, config.target]);
    }
  });

  test('names secrets, and paths as in the file', () => {
    const text = textOf(configFor(FILE));
    expect(text).toContain('secrets: [TOKEN]');
    expect(text).toContain('inputs: [src, /opt/shared]');
    expect(text).toContain('output: dist ');
  });

  test('has the origin of each value on its right', () => {
    const lines = settingsAsText(
      { file: 'bytechat.yaml', environment: 'staging', settings: settingsOf(configFor(FILE, 'staging')) },
      style,
    ).split('\n');
    expect(lines[0]).toBe('# bytechat.yaml, environment staging');
    const line = (start: string) => lines.find(each => each.trim().startsWith(start))?.replaceAll(/ {2,}/g, '  ');
    expect(line('name')).toBe('  name: shop  # bytechat.yaml:2:9');
    expect(line('LOG')).toBe('  LOG: debug  # environments.staging (bytechat.yaml:15:19)');
    expect(line('drain')).toBe('  drain: 20  # default');
    expect(line('health:')).toBe('  health:');
  });

  test('says when there is no file', () => {
    expect(textOf(configFor(''))).toMatch(/^# no bytechat\.yaml here: defaults, and the bundled chat\n/);
  });
});
