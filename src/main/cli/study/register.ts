/** `sophia study register FILE`: puts a study on record before its first run. */
import type { Command } from 'commander';
import { contrastText, studyContrasts } from '../../../shared/study/contrasts.ts';
import { dateOf } from '../../../shared/study/registration.ts';
import { parseStudy } from '../../../shared/study/study.ts';
import type { Registration } from '../../store/registration/write-registrations.ts';
import type { GlobalOptions } from '../common/verb.ts';
import { readStudyFile } from './read-study-file.ts';

interface RegisterOptions extends GlobalOptions {
  readonly out?: string;
}

/** Adds the sub-verb. */
export function defineStudyRegister(command: Command): void {
  command
    .command('register <file>')
    .description('Register a study before its first run: its hash, date, contrasts and thresholds.')
    .option('--out <file>', 'also write it as a small JSON file, to be committed')
    .action((file: string, _options: unknown, self: Command) =>
      register(file, self.optsWithGlobals<RegisterOptions>()),
    );
}

async function register(file: string, options: RegisterOptions): Promise<void> {
  const text = readStudyFile(file);
  const study = parseStudy(text, file);
  const { resolveHome } = await import('../../store/open/home.ts');
  const { programVersion } = await import('../../engine/program-version.ts');
  const { hash, registeredAt, isNew } = await put(resolveHome(options.home), text, file);
  const record = {
    ...{ format: 'sophia-registration', version: 1, program: programVersion() },
    ...{ study: study.name, hash, registeredAt: new Date(registeredAt).toISOString() },
    contrasts: studyContrasts(study).map(contrastText),
    thresholds: study.thresholds ?? {},
    plan: study,
  };
  if (options.out !== undefined) {
    const { atomicWriteText } = await import('../../model/io/atomic-write.ts');
    atomicWriteText(options.out, `${JSON.stringify(record, null, 2)}\n`);
  }
  if (options.json === true) return void console.log(JSON.stringify({ ...record, isNew }, null, 2));
  const when = isNew
    ? `is registered, on ${dateOf(registeredAt)}`
    : `is registered already, since ${dateOf(registeredAt)}`;
  console.log(`${study.name} ${when}, hash ${hash}`);
  console.log(`contrasts: ${record.contrasts.join(', ') || 'none'}`);
  for (const [what, threshold] of Object.entries(record.thresholds)) console.log(`threshold: ${what}: ${threshold}`);
  if (options.out !== undefined) console.log(`Wrote ${options.out}. Commit it before the first run.`);
}

/** By the engine that has the home open, where one runs; else in the store. */
async function put(home: string, yaml: string, where: string): Promise<Registration> {
  const { answerOf, runningEngine } = await import('../common/engine-client.ts');
  const engine = runningEngine(home);
  if (engine !== null) return answerOf(engine.studies.register.mutate({ yaml, where }));
  const { openStore } = await import('../../store/store.ts');
  const store = openStore(home);
  try {
    return store.registerStudy(parseStudy(yaml, where));
  } finally {
    store.close();
  }
}
