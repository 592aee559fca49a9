/** `sophia study report STUDY`: a study as one HTML file that opens anywhere, or as a folder of figures and LaTeX tables. */
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { SophiaError } from '../../../shared/errors.ts';
import type { GlobalOptions } from '../common/verb.ts';

/** The file by which a folder of a report is known. */
const APPENDIX = 'appendix.tex';

interface ReportVerbOptions extends GlobalOptions {
  readonly out?: string;
  readonly folder?: string;
  readonly rollout?: readonly string[];
  readonly force?: boolean;
}

/** Adds the sub-verb. */
export function defineStudyReport(command: Command): void {
  command
    .command('report <study>')
    .description('Write a study as one HTML file that opens anywhere and prints, or as figures and LaTeX tables.')
    .option('--out <file>', 'the HTML file: verdict, tables, curves, settings, hashes, rollouts, notes')
    .option('--folder <dir>', "for a paper's appendix: a new folder of SVG figures and LaTeX tables")
    .option(
      '--rollout <group...>',
      'show these responses: VARIANT/SEED/STEP or VARIANT/SEED/STEP/QUESTION (default: by rule)',
    )
    .option('--force', 'replace what has the name already')
    .action((study: string, _options: unknown, self: Command) =>
      report(study, self.optsWithGlobals<ReportVerbOptions>()),
    );
}

async function report(reference: string, options: ReportVerbOptions): Promise<void> {
  const { out, folder, force = false } = options;
  if (out === undefined && folder === undefined)
    throw new SophiaError('usage', 'Where should the report be written?', 'Give --out report.html, or --folder DIR.');
  // Told before anything is computed.
  if (out !== undefined) refuseExisting('--out', out, 'file', force);
  if (folder !== undefined) refuseExisting('--folder', folder, 'folder', force);
  const { resolveHome } = await import('../../store/open/home.ts');
  const { openStore } = await import('../../store/store.ts');
  const { programVersion } = await import('../../engine/program-version.ts');
  const { reportContent } = await import('../../services/report/report-content.ts');
  const store = openStore(resolveHome(options.home), { readonly: true });
  try {
    const content = await reportContent(store, store.findStudy(reference), {
      program: programVersion(),
      now: Date.now(),
      rollouts: options.rollout,
    });
    const written = [
      ...(out === undefined ? [] : [await writeReport(out, content)]),
      ...(folder === undefined ? [] : [await writeFolder(folder, content)]),
    ];
    if (options.json === true) return void console.log(JSON.stringify({ study: content.study.name, written }, null, 2));
    for (const { path, files, bytes } of written)
      console.log(`Wrote ${path}: ${files === 1 ? '' : `${files} files, `}${(bytes / 2 ** 20).toFixed(1)} MiB`);
  } finally {
    store.close();
  }
}

type Content = Awaited<ReturnType<typeof import('../../services/report/report-content.ts').reportContent>>;

async function writeReport(path: string, content: Content) {
  const { reportHtml } = await import('../../services/report/report-html.ts');
  const { atomicWriteText } = await import('../../model/io/atomic-write.ts');
  const text = reportHtml(content);
  atomicWriteText(path, text);
  return { path, files: 1, bytes: Buffer.byteLength(text) };
}

async function writeFolder(path: string, content: Content) {
  const { reportFiles } = await import('../../services/report/report-folder.ts');
  const { atomicFolder, writeSynced } = await import('../../model/io/atomic-write.ts');
  const { inside } = await import('../../model/io/path-names.ts');
  const files = reportFiles(content);
  atomicFolder(path, (temporary) => {
    for (const { path: name, text } of files) {
      const file = inside(temporary, name);
      mkdirSync(dirname(file), { recursive: true });
      writeSynced(file, text);
    }
  });
  return { path, files: files.length, bytes: files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0) };
}

/** Nothing is replaced unasked, never a folder by a file or a file by a folder, and no folder that is not a report. */
function refuseExisting(option: string, path: string, kind: 'file' | 'folder', force: boolean): void {
  if (!existsSync(path)) return;
  const isFolder = statSync(path).isDirectory();
  if (isFolder !== (kind === 'folder'))
    throw new SophiaError(
      'usage',
      `${option} ${path} is a ${isFolder ? 'folder' : 'file'}, not a ${kind}.`,
      `Name a ${kind}.`,
    );
  if (force && isFolder && !existsSync(join(path, APPENDIX)) && readdirSync(path).length > 0)
    throw new SophiaError('usage', `${option} ${path} holds something else than a report.`, 'Name a new folder.');
  if (!force)
    throw new SophiaError(
      'usage',
      `${option} ${path} exists already.`,
      'Choose another name, or give --force to replace it.',
    );
}
