/**
 * `node try-home.ts HOME HOW FILE,FILE...`: for each group of files of the home, a copy of it with those replaced (by a pipe, a folder, a link to itself, a file
 * of a GB), on which an engine is started, asked what pages ask, and stopped. Prints a line of JSON before and after each.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { examineHome } from '../../../src/main/services/examine-home.ts';
import { confirmedKeys } from '../../../src/main/store/settings/confirmed-keys.ts';
import { openStore } from '../../../src/main/store/store.ts';
import { SophiaError } from '../../../src/shared/errors.ts';
import { testEngine } from '../../setup/with-engine.ts';

const SWAPS: Readonly<Record<string, (path: string) => void>> = {
  pipe: (path) => void execFileSync('mkfifo', [path]),
  folder: (path) => void mkdirSync(path),
  loop: (path) => symlinkSync(basename(path), path),
  gigabyte: (path) => {
    writeFileSync(path, '');
    truncateSync(path, 2 ** 30); // one line without an end; it takes no room
  },
};

/** What each question came to: an answer, a refusal, or something else. */
async function asked(questions: Readonly<Record<string, () => unknown>>): Promise<Record<string, string>> {
  const said: Record<string, string> = {};
  for (const [name, ask] of Object.entries(questions)) {
    said[name] = await Promise.resolve()
      .then(ask)
      .then(
        () => 'answered',
        (error: Error & { data?: { sophia?: string; httpStatus?: number } }) => {
          const isNamed = error instanceof SophiaError || error.data?.sophia !== undefined;
          return isNamed && !error.message.includes('\n')
            ? `refused: ${error.message.slice(0, 300)}`
            : `FAULT ${error.stack}`;
        },
      );
  }
  return said;
}

const [home = '', how = '', ...groups] = process.argv.slice(2);
for (const group of groups) {
  const copy = mkdtempSync(join(tmpdir(), 'sophia-swapped-'));
  cpSync(home, copy, { recursive: true });
  for (const file of group.split(',')) {
    const path = join(copy, file);
    rmSync(path, { recursive: true, force: true });
    SWAPS[how]!(path);
  }
  console.log(JSON.stringify({ begins: group }));
  const said = await asked({
    start: async () => {
      const engine = await testEngine({ home: copy });
      const { client } = engine;
      const inside = await asked({
        studies: () => client.studies.list.query(),
        study: () => client.studies.get.query({ id: 1 }),
        run: () => client.runs.get.query({ id: 1 }),
        log: () => client.runs.log.query({ id: 1 }),
        models: () => client.models.list.query(),
        model: () => client.models.card.query({ name: 'mine' }),
        datasets: () => client.data.list.query(),
        problems: () => client.data.problems.query({ name: 'pics' }),
        questions: () => client.data.questions.query({ source: 'pics' }),
        settings: () => client.settings.get.query(),
        found: () => client.runs.findInLog.query({ id: 1, text: 'x' }),
        validation: () => client.validation.get.query(),
        keys: () => confirmedKeys(copy),
        inputs: () =>
          client.studies.inputs.query({
            yaml: 'name: x\nvariants: [grpo]\nsettings: {model: {policy: mine}, data: {source: pics}}',
            where: 'x',
          }),
        doctor: () => examineHome(engine.engine.store),
      });
      await engine.stop();
      const faults = Object.entries(inside).filter(([, what]) => what.includes('FAULT'));
      if (faults.length > 0) throw new Error(JSON.stringify(faults));
    },
    reader: () => openStore(copy, { readonly: true }).close(),
  });
  console.log(JSON.stringify({ group, said }));
  rmSync(copy, { recursive: true, force: true, maxRetries: 3 });
}
process.exit();
