import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inFile, withCredHelper } from '../../src/clients/registry/docker-helper.ts';
import { BytechatError } from '../../src/core/problem.ts';

const HOST = 'us-central1-docker.pkg.dev';
const named = (text: string): string => withCredHelper(text, HOST, 'bytechat');

describe("Docker's settings", () => {
  test.for([
    ['', `{\n\t"credHelpers": {\n\t\t"${HOST}": "bytechat"\n\t}\n}\n`],
    ['{}', `{\n\t"credHelpers": {\n\t\t"${HOST}": "bytechat"\n\t}\n}\n`],
    [
      '{\n    "psFormat": "{{.ID}}"\n}',
      `{\n    "credHelpers": {\n        "${HOST}": "bytechat"\n    },\n    "psFormat": "{{.ID}}"\n}`,
    ],
    ['{"credHelpers":{}}', `{"credHelpers":{"${HOST}": "bytechat"}}`],
    [
      '{\n\t"credHelpers": {\n\t\t"gcr.io": "gcloud"\n\t}\n}\n',
      `{\n\t"credHelpers": {\n\t\t"${HOST}": "bytechat",\n\t\t"gcr.io": "gcloud"\n\t}\n}\n`,
    ],
    [`{ "credHelpers": { "${HOST}": "gcloud", "a": "b" } }`, `{ "credHelpers": { "${HOST}": "bytechat", "a": "b" } }`],
    ['{"HttpHeaders":{"credHelpers": {"x": "y"}},"auths":{}}', undefined],
  ])('get one line more: %j', ([before = '', wanted]) => {
    if (wanted !== undefined) expect(named(before)).toBe(wanted);
    expect(JSON.parse(named(before)).credHelpers[HOST]).toBe('bytechat');
  });

  test('are the very same text when they say so already', () => {
    const text = `{"credHelpers":   {"${HOST}":"bytechat"}}`;
    expect(named(text)).toBe(text);
  });

  test('say everything else as before, whatever that is and however it is written', () => {
    const hosts = fc.oneof(fc.string(), fc.constant(HOST), fc.domain());
    const config = fc.record(
      {
        auths: fc.dictionary(hosts, fc.record({ auth: fc.base64String() })),
        credHelpers: fc.dictionary(hosts, fc.string()),
        HttpHeaders: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.constant('"credHelpers": {'))),
        credsStore: fc.string(),
      },
      { requiredKeys: [], noNullPrototype: true },
    );
    fc.assert(
      fc.property(config, fc.constantFrom(undefined, 2, 4, '\t'), (before, indent) => {
        const text = JSON.stringify(before, null, indent);
        const read = JSON.parse(text);
        expect(JSON.parse(named(text))).toEqual({ ...read, credHelpers: { ...read.credHelpers, [HOST]: 'bytechat' } });
        expect(named(named(text))).toBe(named(text));
      }),
    );
  });

  test.for(['{', '[]', 'null', '"x"'])('that are none are said to be unreadable: %s', text => {
    expect(() => inFile('/x/config.json', named)(text)).toThrow(BytechatError);
    expect(() => inFile('/x/config.json', named)(text)).toThrow('/x/config.json is not JSON');
  });
});
