/** Reads a study file that the command line names. */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { SophiaError } from '../../../shared/errors.ts';
import { withJudgePrompt } from '../trm/judge-prompt.ts';

/** The text of a study file, or one line saying why it cannot be read. */
export function readStudyFile(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why =
      code === 'ENOENT' ? 'File not found' : code === 'EISDIR' ? 'It is a folder' : `It cannot be read (${code})`;
    throw new SophiaError('usage', `${file}: ${why}.`, 'Study files are in examples/.');
  }
  return withJudgePrompt(text, dirname(file));
}
