/**
 * A judge's prompt from a file: "@trm-prompt.txt", with {question} and {reasoning} in their places, or "@custom.py", the file of the released code
 * (verl/workers/reward/custom.py) that a TRM's prompt stands in as Python's f-string. That text is not shipped: its file
 * bears an Apache-2.0 header, but its repository shows no licence of its own.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { SophiaError } from '../../../shared/errors.ts';
import { inside } from '../../model/io/path-names.ts';

/** The prompt that a text stands for: itself, or what the file behind its "@" holds; with `folder` a file of that folder. */
export function judgePromptOf(given: string, folder?: string): string {
  if (!/^@\S/.test(given) || given.includes('\n')) return given;
  const name = given.slice(1).trim();
  const file = folder === undefined ? resolve(name) : inside(folder, name);
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    throw new SophiaError(
      'usage',
      `The judge's prompt ${file} cannot be read: ${(error as NodeJS.ErrnoException).code}.`,
    );
  }
  return file.endsWith('.py') ? promptOfPython(text, file) : named(text.trimEnd());
}

/** A study file's text with its judge's prompt read from the file that it names, if it names one; a study names files of its own folder. */
export function withJudgePrompt(study: string, folder: string): string {
  if (!/prompt:\s*['"]?@/.test(study)) return study;
  const document = parseDocument(study);
  const path = ['settings', 'reward', 'judge', 'prompt'];
  const given = document.errors.length === 0 ? document.getIn(path) : undefined;
  if (typeof given !== 'string') return study;
  document.setIn(path, judgePromptOf(given, folder));
  return document.toString();
}

/** The names that the released code gives question and reasoning. */
const named = (text: string): string =>
  text.replace('{prompt_str}', '{question}').replace('{reasoning_str}', '{reasoning}');

/** The last f-string of a Python file that names question and reasoning; comments do not count. */
function promptOfPython(text: string, file: string): string {
  const code = text.replace(/^[ \t]*#.*$/gm, '');
  const strings = [...code.matchAll(/\bf(?:"""([\s\S]*?)"""|'''([\s\S]*?)''')/g)].map(([, a, b]) => a ?? b ?? '');
  const found = strings.findLast((string) => string.includes('{prompt_str}') && string.includes('{reasoning_str}'));
  if (found === undefined)
    throw new SophiaError(
      'usage',
      `${file} holds no prompt: no f-string with {prompt_str} and {reasoning_str}.`,
      'Give verl/workers/reward/custom.py of the released code, or a text file with {question} and {reasoning}.',
    );
  const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', '\\': '\\', "'": "'", '"': '"', '\n': '' };
  return named(
    found
      .replace(/\\([nt\\'"\n])/g, (_, sign: string) => escapes[sign] ?? sign)
      .replaceAll('{{', '{')
      .replaceAll('}}', '}'),
  );
}
