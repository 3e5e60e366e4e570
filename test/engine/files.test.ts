import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JournalEntry } from '../../src/core/journal.ts';
import type { ReleaseRecord } from '../../src/core/release.ts';
import { fileJournal, runId } from '../../src/engine/file-journal.ts';
import { fileReleases } from '../../src/engine/file-releases.ts';
import { appendLine, createWhole, jsonLines, readIfThere, writeWhole } from '../../src/engine/files.ts';
import { folderWith, temporaryFolder } from '../support/folder.ts';

describe('reading', () => {
  test('what is not there is undefined, also below what is a file', async () => {
    const folder = folderWith({ file: 'text' });
    expect(await readIfThere(join(folder, 'file'))).toBe('text');
    expect(await readIfThere(join(folder, 'nothing'))).toBeUndefined();
    expect(await readIfThere(join(folder, 'file', 'below'))).toBeUndefined();
  });

  test('what cannot be read is an error', async () => {
    await expect(readIfThere(temporaryFolder())).rejects.toThrow('EISDIR');
  });
});

describe('writing', () => {
  test('replaces the whole, makes its folder, and leaves nothing beside', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'a', 'b.json');
    await writeWhole(file, 'one', 0o600);
    await writeWhole(file, 'two', 0o600);
    expect(readFileSync(file, 'utf8')).toBe('two');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'a'))).toEqual(['b.json']);
  });

  test('of many who create at once, one wins, and its text is whole', async () => {
    const folder = temporaryFolder();
    const file = join(folder, '1.json');
    const texts = Array.from({ length: 20 }, (_, index) => `${index}`.repeat(10_000));
    const won = await Promise.all(texts.map(text => createWhole(file, text)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(readFileSync(file, 'utf8')).toBe(texts[won.indexOf(true)]);
    expect(readdirSync(folder)).toEqual(['1.json']);
  });
});

describe('lines', () => {
  test('a line that a crash has cut off is closed before the next one', async () => {
    const file = join(folderWith({ log: '{"a":1}\n{"b":' }), 'log');
    await appendLine(file, '{"c":3}');
    expect(readFileSync(file, 'utf8')).toBe('{"a":1}\n{"b":\n{"c":3}\n');
    expect(jsonLines(readFileSync(file, 'utf8'))).toEqual([{ a: 1 }, { c: 3 }]);
  });

  test('many at once are all there, each whole', async () => {
    const file = join(temporaryFolder(), 'new', 'log');
    const lines = Array.from({ length: 50 }, (_, index) => ({ index, text: 'x'.repeat(index) }));
    await Promise.all(lines.map(line => appendLine(file, JSON.stringify(line))));
    const read = jsonLines<{ index: number }>(readFileSync(file, 'utf8'));
    expect(read.sort((a, b) => a.index - b.index)).toEqual(lines);
  });
});

const record = (release: string): ReleaseRecord => ({
  schema: 1,
  goal: 'deploy',
  app: 'demo',
  target: 'local',
  release,
  at: '2026-11-23T14:02:07.000Z',
  by: 'mira@atlas',
  commit: 'unknown',
  dirty: -1,
  config: 'a91f',
  durationMs: 12,
  result: 'serves',
});

describe('releases', () => {
  test('are listed as they came, the oldest first, without the one that was cut off', async () => {
    const file = join(temporaryFolder(), 'history.jsonl');
    const releases = fileReleases(file);
    expect(await releases.list()).toEqual([]);
    await releases.append(record('one'));
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"schema":1,"release":"tor`);
    await releases.append(record('two'));
    expect(await releases.list()).toEqual([record('one'), record('two')]);
  });
});

describe('the journal', () => {
  const entry = (run: string, edge: JournalEntry['edge'], more: Partial<JournalEntry> = {}) => ({ run, edge, ...more });

  test('a run that ended was not interrupted, nor was one that never was', async () => {
    const journal = fileJournal(temporaryFolder());
    expect(await journal.interrupted()).toBeUndefined();
    await journal.append(entry('1', 'run.begin'));
    await journal.append(entry('1', 'run.end'));
    expect(await journal.interrupted()).toBeUndefined();
  });

  test('a run that was cut off says how far it came, also when its last line is torn', async () => {
    const folder = temporaryFolder();
    const journal = fileJournal(folder);
    await journal.append(entry('1', 'run.begin', { note: 'rollback' }));
    await journal.append(entry('1', 'action.begin', { step: 'switch', action: 1 }));
    writeFileSync(join(folder, '1.jsonl'), `${readFileSync(join(folder, '1.jsonl'), 'utf8')}{"run":"1","edge":"run.e`);
    expect(await journal.interrupted()).toMatchObject({
      run: '1',
      goal: 'rollback',
      last: { edge: 'action.begin', step: 'switch', action: 1 },
    });
  });

  test('only the last run counts', async () => {
    const journal = fileJournal(temporaryFolder());
    await journal.append(entry(runId(new Date(1e12), 7), 'run.begin'));
    await journal.append(entry(runId(new Date(2e12), 3), 'run.begin'));
    await journal.append(entry(runId(new Date(2e12), 3), 'run.end'));
    expect(await journal.interrupted()).toBeUndefined();
  });

  test('old runs are forgotten, other files are left alone', async () => {
    const folder = temporaryFolder();
    const journal = fileJournal(folder);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'README'), '');
    const runs = Array.from({ length: 30 }, (_, index) => runId(new Date(1e12 + index * 1000), 1));
    for (const run of runs) await journal.append(entry(run, 'run.begin'));
    expect(readdirSync(folder).sort()).toEqual([...runs.slice(-21).map(run => `${run}.jsonl`), 'README'].sort());
  });

  test('a run is named by its time, so that names sort', () => {
    expect(runId(new Date('2026-11-23T14:02:07.999Z'), 4242)).toBe('20261123T140207.999-4242');
  });
});
