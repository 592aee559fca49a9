/**
 * The rules of a run that is trained outside this program, each the function that the native trainer calls; here they
 * only get their arguments. No tensors. Deliberately absent: the pipe (serve-rules.ts).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SophiaError } from '../../../../shared/errors.ts';
import { thinkingKind } from '../../../../shared/kinds/thinking.ts';
import { toldQuestion } from '../../../../shared/question.ts';
import { type RunEvent, runEventSchema } from '../../../../shared/run/run-events.ts';
import { type Settings, settingsSchema } from '../../../../shared/settings/settings.ts';
import { contentHash } from '../../../model/io/content-hash.ts';
import { inside } from '../../../model/io/path-names.ts';
import { evaluationEvents } from '../../../rewards/benchmarks/combine.ts';
import type { RatingTexts } from '../../../rewards/thinking/heads/rating-texts.ts';
import { scoreOfToken, scoreTexts } from '../../../rewards/thinking/heads/score-reading.ts';
import { scoreOfSteps, stepTexts } from '../../../rewards/thinking/heads/step-reading.ts';
import {
  judgedThinking,
  type ThinkingRequest,
  type ThinkingRewarder,
  type ThinkingScore,
} from '../../../rewards/thinking/source.ts';
import { noThinking } from '../../../rewards/thinking/sources/none.ts';
import { judgedAnswer } from '../../../train/evaluation/judged-answer.ts';
import { drawSeed, groupOf, type ScoredGroup, withThinking } from '../../../train/step-groups.ts';
import { stepReport } from '../../../train/step-report.ts';
import { weighGroups } from '../../../train/weigh-groups.ts';
import { NEW_WATCH, type WatchState } from '../../../trust/hacking-watch.ts';
import { type QuestionLine, RUN_FILES, type RunFile, readRun } from '../run-file.ts';
import type { Rating, RequestedGroups, RequestOf, RulesRequest } from './requests.ts';
import { rewarderHere } from './sources-here.ts';

/** What the trainer is to rate, in the order in which it gives its ratings; or ratings that were made here. */
export interface Judged {
  readonly outcomes: readonly (readonly (number | null)[])[]; // R^o by group
  readonly asked: readonly ({ readonly question: string } & RatingTexts)[] | null;
  readonly ratings: readonly Rating[] | null;
}

/** The rules of the run whose files lie in a folder. */
export class Rules {
  readonly #folder: string;
  readonly #run: RunFile;
  readonly #settings: Settings;
  readonly #lines: ReadonlyMap<string, QuestionLine>;

  constructor(folder: string) {
    this.#folder = folder;
    const { run, lines } = readRun(folder);
    [this.#run, this.#lines] = [run, lines];
    this.#settings = settingsSchema.parse(run.settings);
  }

  /** The answer to a request, as JSON takes it. */
  async answer(request: RulesRequest): Promise<unknown> {
    switch (request.ask) {
      case 'started':
        return { events: encoded([this.#started(request)]) };
      case 'judge':
        return this.#judge(request);
      case 'weigh':
        return this.#weigh(request);
      case 'report':
        return this.#report(request);
      case 'asked':
        return { events: encoded([this.#asked(request)]) };
      case 'evaluated':
        return { events: encoded(this.#evaluated(request)) };
      case 'checkpoint':
        return {
          events: encoded([{ kind: 'checkpoint', step: request.step, uri: request.uri, ...contentHash(request.path) }]),
        };
      case 'say':
        return { events: encoded([runEventSchema.decode(request.event as never)]) };
    }
  }

  #started({ step, environment }: RequestOf<'started'>): RunEvent {
    const known = { ...this.#run.environment, ...environment };
    return { kind: 'started', step, environment: { ...known, backend: 'trl', node: process.version } };
  }

  async #judge({ step, groups }: RequestOf<'judge'>): Promise<Judged> {
    const judged = this.#groups(groups);
    const outcomes = judged.map((group) => group.outcomes.map(({ reward }) => reward));
    const { preset } = this.#settings.reward;
    const draw = { seed: drawSeed(this.#settings), step };
    const { rater } = this.#run;
    if (rater === null) {
      const kept: ThinkingScore[] = [];
      const rewarder = this.#rewarder();
      const score: ThinkingRewarder['score'] = async (requests, key) => {
        const scores = await rewarder.score(requests, key);
        kept.push(...scores);
        return scores;
      };
      await withThinking(judged, { ...rewarder, score }, preset, draw);
      const ratings = kept.map(({ score, failure, attempts, seconds }): Rating => {
        return { score, attempts, seconds, ...(failure !== undefined && { failure }) };
      });
      return { outcomes, asked: null, ratings };
    }
    const asked: ({ question: string } & RatingTexts)[] = [];
    const collecting: ThinkingRewarder = {
      name: this.#settings.reward.thinking,
      score: async (requests) =>
        requests.map(({ question, thinking }) => {
          const texts = rater.head.kind === 'score' ? scoreTexts(thinking, rater.after) : stepTexts(thinking);
          asked.push({ question: question.id, ...texts });
          return { score: null, attempts: 0, seconds: 0 };
        }),
    };
    await withThinking(judged, collecting, preset, draw);
    return { outcomes, asked, ratings: null };
  }

  async #weigh(request: RequestOf<'weigh'>): Promise<{ rewards: (number | null)[]; advantages: readonly number[] }> {
    const { trust, advantages } = weighGroups(await this.#scored(request), this.#settings, request.step);
    return { rewards: trust.flatMap(({ rewards }) => rewards), advantages };
  }

  async #report(request: RequestOf<'report'>): Promise<unknown> {
    const { step, groups, updates, seconds, stepSeconds, cpuSeconds, memoryMiB, gpuMemoryMiB, tokens, watch } = request;
    const weighed = weighGroups(await this.#scored(request), this.#settings, step);
    const result = {
      ...weighed,
      seconds,
      updates: updates.map(({ loss, entropy, gradNorm, learningRate, ...metrics }) => {
        const unknown = { ratioMean: Number.NaN, ratioMin: Number.NaN, ratioMax: Number.NaN };
        return { loss, entropy, gradNorm, learningRate, metrics: { ...unknown, ...metrics } };
      }),
    };
    const report = stepReport(
      {
        step,
        questions: groups.map(({ question }) => this.#line(question).question),
        result: result as never,
        watch: (watch as WatchState | null) ?? NEW_WATCH,
        settings: this.#settings,
      },
      {
        stepSeconds,
        cpuSeconds,
        tokensSoFar: tokens,
        liveTensors: 0,
        usesThinking: !thinkingKind(this.#settings.reward).isOff,
      },
      {
        ...{ 'memory/rss': memoryMiB, 'memory/tensors': null },
        ...(gpuMemoryMiB !== null && { 'memory/gpu': gpuMemoryMiB }),
      },
    );
    const { divergence } = report;
    return {
      events: encoded(report.events),
      tokens: report.tokens,
      watch: report.watch,
      pause: report.pause,
      divergence: divergence === null ? null : { code: divergence.code, message: divergence.message },
    };
  }

  #asked({ step }: RequestOf<'asked'>): RunEvent {
    const ids = this.#run.benchmarks.flatMap(({ questions }) => questions);
    return { kind: 'questions', step, questions: ids.map((id) => toldQuestion(this.#line(id).question)) };
  }

  #evaluated({ step, mode, answers }: RequestOf<'evaluated'>): RunEvent[] {
    const texts = new Map(answers.map(({ question, text }) => [question, text]));
    return this.#run.benchmarks
      .filter(({ modes }) => modes.includes(mode))
      .flatMap(({ name: benchmark, hash: benchmarkHash, questions }): RunEvent[] => {
        const asked = questions.map((id) => this.#line(id).question);
        const answered = asked.flatMap((question) => {
          const text = texts.get(question.id);
          if (text !== undefined) return judgedAnswer(question, text, this.#settings.reward.preset) ?? [];
          throw new SophiaError('data', `Benchmark ${benchmark}: question ${question.id} has no answer.`);
        });
        return evaluationEvents({ step, mode, benchmark, benchmarkHash }, asked, answered);
      });
  }

  #groups(groups: RequestedGroups) {
    return groups.map(({ question, prompt, responses }) => {
      const own = responses.map(({ tokens, ...response }) => {
        return { ...response, ids: new Array<number>(tokens), logps: [] }; // their number is all that is asked of ids here
      });
      return groupOf(this.#line(question).question, prompt, own, this.#settings.reward.preset);
    });
  }

  /** The groups with the ratings that were given, in the order in which `judge` asked for them. */
  #scored({ step, groups, ratings }: Pick<RequestOf<'weigh'>, 'step' | 'groups' | 'ratings'>): Promise<ScoredGroup[]> {
    const { thinking, preset } = this.#settings.reward;
    const given: ThinkingRewarder = {
      name: thinking,
      score: async (requests) => {
        if (requests.length !== ratings.length)
          throw new SophiaError('data', `${ratings.length} ratings for ${requests.length} thinkings.`);
        return requests.map((request, i) => this.#score(request, ratings[i]!));
      },
    };
    const rewarder = thinkingKind({ thinking }).isOff ? noThinking() : given;
    return withThinking(this.#groups(groups), rewarder, preset, { seed: drawSeed(this.#settings), step });
  }

  #score(
    request: ThinkingRequest,
    { token, steps, score = null, attempts = 1, seconds, failure }: Rating,
  ): ThinkingScore {
    const made = { attempts, seconds };
    if (token !== undefined) return { ...judgedThinking(request, scoreOfToken(token)), ...made };
    if (steps !== undefined) return { ...scoreOfSteps(steps, this.#settings.reward.stepAggregate), ...made };
    return { score, ...made, ...(failure !== undefined && { failure }) };
  }

  #rewarder(): ThinkingRewarder {
    return rewarderHere({ settings: this.#settings, pictures: async ({ id }) => this.#pictures(id) });
  }

  #pictures(id: string): Uint8Array[] {
    const folder = join(this.#folder, this.#run.assets, RUN_FILES.pictures);
    return [...new Set(this.#line(id).pictures)].map((picture) => readFileSync(inside(folder, picture)));
  }

  #line(id: string): QuestionLine {
    const line = this.#lines.get(id);
    if (line !== undefined) return line;
    throw new SophiaError('data', `Question ${id} is not in ${RUN_FILES.questions}.`);
  }
}

const encoded = (events: readonly RunEvent[]): unknown[] => events.map((event) => runEventSchema.encode(event));
