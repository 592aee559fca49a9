/**
 * `sophia trm score RATER FILE`: scores responses of a JSON lines file, {"question": "chart/test/000001", "response": "<think> ..."} a line
 * (of an imported set "SET/ID");
 * prints each line with its score. Needs no home but for a model that one trained or imported.
 */

import { existsSync } from 'node:fs';
import { SophiaError } from '../../../shared/errors.ts';
import type { BackendChoice } from '../../../shared/kinds/backend.ts';
import { zip } from '../../../shared/values/list.ts';
import { thinkingOf } from '../../rollouts/thinking-text.ts';
import { homePaths, resolveHome } from '../../store/open/home.ts';
import { openStore } from '../../store/store.ts';
import { questionById } from '../../tasks/embedded-ids.ts';
import { readJsonLines } from '../../tasks/import/rows/json-lines.ts';
import { useBackend } from '../../tensor/backend.ts';
import { allowKeys } from '../common/allow-keys.ts';
import { printRows } from '../common/print-rows.ts';
import type { GlobalOptions } from '../common/verb.ts';
import { print } from '../common/with-store.ts';
import { questionFinder } from './questions.ts';
import { type AskFlags, raterOf } from './raters.ts';

/** Scores and prints. */
export async function score(
  source: string,
  file: string,
  flags: GlobalOptions & AskFlags & { readonly backend: BackendChoice },
): Promise<void> {
  const home = resolveHome(flags.home);
  const store = existsSync(homePaths(home).database) ? openStore(home, { readonly: true }) : null;
  const questions = store === null ? null : questionFinder(store);
  const questionOf = (id: string) => questions?.find(id) ?? questionById(id);
  const requests = [...readJsonLines(file)].map((row) => {
    const { question, response } = ('value' in row ? row.value : {}) as { question?: unknown; response?: unknown };
    if (typeof question !== 'string' || typeof response !== 'string')
      throw new SophiaError(
        'data',
        `${file}: line ${row.line} ${'reason' in row ? row.reason : 'lacks "question" or "response"'}.`,
      );
    return { question: questionOf(question), thinking: thinkingOf(response), response };
  });
  await useBackend(flags.backend);
  allowKeys(home);
  const rater = raterOf(store, source, flags, questions?.pixels);
  store?.close();
  const answers = await rater.score(requests);
  const rows = zip(requests, answers).map(([{ question, response }, { score: value, failure = null }]) => ({
    question: question.id,
    response,
    score: value,
    failure,
  }));
  const columns = [
    { head: 'question', text: (row: (typeof rows)[number]) => row.question },
    { head: 'score', text: (row: (typeof rows)[number]) => row.score ?? row.failure },
    { head: 'response', text: (row: (typeof rows)[number]) => row.response },
  ];
  print(flags, rows, [printRows(rows, columns)]);
}
