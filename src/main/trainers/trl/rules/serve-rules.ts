/**
 * The rules as a process: JSON lines on standard input are answered on standard output, in order, until the input ends. Its argument is the
 * folder of the run's files. Bundled into one file (build/build-rules.mjs); it needs a Node and nothing else.
 */
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { SophiaError } from '../../../../shared/errors.ts';
import { requestSchema } from './requests.ts';
import { Rules } from './rules.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('rules: name the folder of a run.');
  process.exit(2);
}
const rules = new Rules(folder);
say({ ready: process.version });
for await (const line of createInterface({ input: process.stdin })) say(await answerTo(line));

async function answerTo(line: string): Promise<unknown> {
  let id: unknown = null;
  try {
    const { id: asked, ...body } = JSON.parse(line) as { id?: unknown };
    id = asked ?? null;
    const request = z.safeDecode(requestSchema, body as never);
    if (!request.success) throw new SophiaError('internal', `No such request: ${z.prettifyError(request.error)}`);
    return { id, answer: await rules.answer(request.data) };
  } catch (error) {
    const code = error instanceof SophiaError ? error.code : 'internal';
    return { id, error: { code, message: error instanceof Error ? error.message : String(error) } };
  }
}

function say(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
