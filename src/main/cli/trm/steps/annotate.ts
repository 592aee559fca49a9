/**
 * `sophia trm annotate DATASET`: scores its pairs, each answer committed when it comes. Asked again under the same name, it goes on with the
 * pairs that have no answer. Ctrl-C lets the requests under way end (they are paid for), a second one ends at once.
 */

import { SophiaError } from '../../../../shared/errors.ts';
import { parseSettings } from '../../../../shared/settings/setting-paths.ts';
import type { AskedAnnotator, Dimension } from '../../../../shared/trm/annotations.ts';
import { canonicalJson } from '../../../../shared/values/hash.ts';
import { firstOf } from '../../../../shared/values/list.ts';
import { endpointOptions } from '../../../rewards/thinking/sources/endpoint.ts';
import type { Store } from '../../../store/store.ts';
import type { WaitingPair } from '../../../store/trm/annotations.ts';
import type { TrmAnnotationRow } from '../../../store/trm/rows.ts';
import { annotateQueue } from '../../../trm/data/annotate.ts';
import { type Annotator, endpointAnnotator, type Prices, rubricAnnotator } from '../../../trm/data/annotator.ts';
import { onStopSignal } from '../../common/stop-signal.ts';
import type { GlobalOptions } from '../../common/verb.ts';
import { print, withStore } from '../../common/with-store.ts';
import { judgeOf } from '../judge-flags.ts';
import { type QuestionFinder, questionFinder } from '../questions.ts';
import type { AskFlags } from '../raters.ts';

/** What the command line gives. */
export interface AnnotateFlags extends GlobalOptions, AskFlags {
  readonly annotator: AskedAnnotator;
  readonly as?: string;
  readonly twice?: boolean;
  readonly retryFailed?: boolean;
  readonly noise: number;
  readonly bias: number;
  readonly without: readonly Dimension[];
  readonly seed: number;
  readonly url?: string;
  readonly model?: string;
  readonly perMinute?: number;
  readonly priceIn?: number;
  readonly priceOut?: number;
}

/** Answers of the rubric committed in one go: they cost nothing to have again. */
const RUBRIC_TOGETHER = 500;

/** Annotates until nothing waits, or until stopped. */
export function annotate(dataset: string, flags: AnnotateFlags): Promise<void> {
  return withStore(flags, async (store) => {
    const stopping = new AbortController();
    const questions = questionFinder(store);
    const { make, pace } = ASKED[flags.annotator];
    const annotator = make(flags, questions, stopping.signal); // before anything is noted: it may be refused
    const id = begin(store, dataset, flags);
    const waiting = store.waitingPairs(id, flags.retryFailed === true);
    const stop = onStopSignal(() => stopping.abort());
    const progress = progressLine(waiting.length, flags);
    store.setTrmAnnotationState(id, 'running');
    try {
      await annotateQueue(waiting, annotator, {
        ...pace(flags),
        request: requestOf(questions),
        commit: (answers) => {
          store.putTrmScores(
            id,
            answers.map(({ item, annotation }) => ({ ...annotation, pairId: item.pairId, asking: item.asking })),
          );
          progress(answers.length);
        },
        signal: stopping.signal,
      });
    } catch (error) {
      store.setTrmAnnotationState(id, 'stopped', (error as Error).message);
      throw error;
    } finally {
      stop.end();
      progress(0, true);
    }
    const row = store.trmAnnotation(id);
    if (row.waiting > 0) {
      store.setTrmAnnotationState(id, 'stopped', 'Stopped by the user.');
      const left = `${row.waiting} of ${row.total} answers are missing.`;
      throw new SophiaError('interrupted', `Stopped; ${left}`, 'Run the same command to resume.');
    }
    store.setTrmAnnotationState(id, 'finished');
    if (row.scored === 0 && row.failed > 0)
      throw new SophiaError(
        'data',
        firstOf(summary(row), 'line of a summary'),
        `Nothing can be built from it. Fix the cause, then run the same command with --retry-failed.`,
      );
    print(flags, store.trmAnnotation(id), [...summary(row), `Next: bin/sophia trm build ${row.dataset}`]);
  });
}

/** The annotation of this name: begun now, or found with the same settings. */
function begin(store: Store, dataset: string, flags: AnnotateFlags): number {
  const datasetId = store.trmDatasetId(dataset);
  const name = flags.as ?? flags.annotator;
  const settings = ASKED[flags.annotator].settings(flags);
  const askings = flags.twice === true ? 2 : 1;
  const known = store.trmAnnotationId(datasetId, name);
  if (known === null) return store.addTrmAnnotation(datasetId, name, flags.annotator, settings, askings);
  const row = store.trmAnnotation(known);
  if (canonicalJson(row.settings) !== canonicalJson(settings) || row.askings !== askings)
    throw new SophiaError(
      'conflict',
      `Annotation "${name}" of this data set was started with other settings: ${canonicalJson(row.settings)}.`,
      'Give the same settings to resume, or another name with --as.',
    );
  return known;
}

/** An annotator from the command line's options. */
interface Asked {
  readonly make: (flags: AnnotateFlags, questions: QuestionFinder, signal: AbortSignal) => Annotator;
  /** What decides the answers; how fast they are asked for does not belong to it. */
  readonly settings: (flags: AnnotateFlags) => object;
  /** How many are asked at once, and how many answers are committed in one go. */
  readonly pace: (flags: AnnotateFlags) => { readonly concurrency: number; readonly together: number };
}

const ASKED = {
  rubric: {
    make: ({ noise, bias, without: leaveOut, seed }) => rubricAnnotator({ noise, bias, leaveOut, seed }),
    settings: ({ noise, bias, without, seed }) => ({ noise, bias, without, seed }),
    pace: () => ({ concurrency: 1, together: RUBRIC_TOGETHER }),
  },
  endpoint: {
    make: endpointOf,
    settings: ({ url, model, priceIn, priceOut = 0, judgeSystem, judgePrompt }) => ({
      url,
      model,
      ...(priceIn !== undefined && { priceIn, priceOut }),
      ...(judgeSystem !== undefined && { judgeSystem }), // not there in annotations of before: the same settings then
      ...(judgePrompt !== undefined && { judgePrompt }),
    }),
    pace: ({ concurrency }) => ({ concurrency, together: 1 }),
  },
} as const satisfies Record<AskedAnnotator, Asked>;

function endpointOf(flags: AnnotateFlags, questions: QuestionFinder, signal: AbortSignal): Annotator {
  if (flags.url === undefined || flags.model === undefined)
    throw new SophiaError('usage', 'The annotator endpoint needs --url and --model.');
  const prices: Prices | null =
    flags.priceIn === undefined ? null : { prompt: flags.priceIn, completion: flags.priceOut ?? 0 };
  const endpoint = {
    baseUrl: flags.url,
    model: flags.model,
    apiKeyEnv: flags.keyEnv,
    timeoutSeconds: flags.timeout,
    maxAttempts: flags.attempts,
    concurrency: flags.concurrency,
  };
  const { reward } = parseSettings(
    { reward: { thinking: 'endpoint', endpoint, judge: judgeOf(flags) } },
    'trm annotate',
  );
  return endpointAnnotator(
    {
      ...endpointOptions(reward, questions.pixels, signal),
      finishRequests: true,
      requestsPerMinute: flags.perMinute,
    },
    prices,
  );
}

function requestOf(questions: QuestionFinder) {
  return ({ questionId, thinking, text, asking }: WaitingPair) => {
    const question = questions.find(questionId);
    return question === null ? null : { question, thinking, text, asking };
  };
}

function progressLine(total: number, { json }: GlobalOptions): (more: number, end?: boolean) => void {
  let done = 0;
  const show = process.stderr.isTTY && json !== true;
  return (more, end = false) => {
    done += more;
    if (show) process.stderr.write(end ? '\r\x1b[K' : `\r${done} of ${total} answers`);
  };
}

function summary(row: TrmAnnotationRow): string[] {
  const failures = Object.entries(row.failures).map(([kind, count]) => `${kind} ${count}`);
  const cost = row.cost === null ? '' : `, cost ${row.cost.toFixed(4)}`;
  return [
    `Annotation "${row.name}": ${row.scored} scored, ${row.failed} failed${failures.length > 0 ? ` (${failures.join(', ')})` : ''}.`,
    `${row.attempts} requests, ${row.promptTokens} + ${row.completionTokens} tokens${cost}.`,
  ];
}
