/**
 * An OpenAI-compatible server as source of thinking rewards (vLLM, Ollama, `transformers serve`, a hosted API): so many requests at
 * once, at most so many a minute, each retried with exponential back-off (or as long as the server asks); what fails in the end is
 * null with the kind of failure, never 0. Sent are the judge's prompt (prompt.ts) and the question's picture: an endpoint that cannot be sent
 * the picture is not asked. Deliberately absent: pausing a run on failures (train/ does, from the counts).
 */
import pMap from 'p-map';
import { SophiaError } from '../../../shared/errors.ts';
import { REWARD_PRESETS, type RewardPreset } from '../../../shared/kinds/trust.ts';
import type { Question } from '../../../shared/question.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { getOrMake } from '../../../shared/values/list.ts';
import { hash32, uniformAt } from '../../../shared/values/random.ts';
import { questionPngs } from '../../tasks/question-picture.ts';
import { type ChatRequest, type ChatResult, RETRIED, type RequestFailure, requestChat } from './chat-request.ts';
import { type JudgeSettings, ratingMessages } from './prompt.ts';
import { type ReplyFailure, readReply } from './reply.ts';
import {
  isEmptyThinking,
  NOTHING_THOUGHT,
  type ThinkingRequest,
  type ThinkingRewarder,
  type ThinkingScore,
} from './source.ts';

/** Why an endpoint gave no score. */
export type EndpointFailure = RequestFailure | ReplyFailure | 'image'; // image: the picture could not be loaded

/** How an endpoint is asked; the names of the settings reward.endpoint, and what only code sets. */
export type EndpointOptions = Pick<
  Settings['reward']['endpoint'],
  'baseUrl' | 'model' | 'timeoutSeconds' | 'maxAttempts' | 'concurrency'
> & {
  readonly apiKey: string | null; // see endpoint-key.ts; never stored or logged
  readonly preset: RewardPreset; // what is sent and how replies are read
  readonly judge?: JudgeSettings; // texts; default: ours
  readonly pictures?: (question: Question) => Promise<readonly Uint8Array[]>; // as PNG; default: embedded questions drawn
  readonly requestsPerMinute?: number | undefined; // none: no limit
  readonly backOffSeconds?: number | undefined; // before the second attempt, doubled each time
  readonly signal?: AbortSignal | undefined; // of the run: a stop ends waits and requests at once
  readonly finishRequests?: boolean; // where answers are kept and paid for: a stop ends waits, not requests under way
};

const MAX_REPLY_TOKENS = 512;
const FIRST_BACK_OFF_SECONDS = 1;
const LONGEST_WAIT_SECONDS = 120;

/** A rewarder that asks an endpoint. Throws `usage` for a base URL that cannot be used. */
export function endpointThinking(options: EndpointOptions): ThinkingRewarder {
  const url = chatUrl(options.baseUrl);
  if (options.model === '') throw new SophiaError('usage', 'reward.endpoint.model is empty.', 'Name the model to ask.');
  const pace = new Pace(options.requestsPerMinute, options.signal);
  return {
    name: 'endpoint',
    score: (requests) => {
      const pictures = picturesOf(options);
      const scoreOf = (request: ThinkingRequest) => scoreOne(request, url, options, pace, pictures);
      return pMap(requests, scoreOf, { concurrency: options.concurrency });
    },
  };
}

/** The address of /chat/completions below a base URL such as http://127.0.0.1:8000/v1. */
export function chatUrl(baseUrl: string): string {
  let url: URL;
  try {
    url = new URL(baseUrl);
  } catch {
    throw new SophiaError('usage', `reward.endpoint.baseUrl ${JSON.stringify(baseUrl)} is not a URL.`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new SophiaError(
      'usage',
      `reward.endpoint.baseUrl must start with http:// or https://, not ${url.protocol}//.`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new SophiaError(
      'usage',
      'reward.endpoint.baseUrl contains a user name or password.',
      'Use reward.endpoint.apiKeyEnv.',
    );
  }
  url.pathname = url.pathname.replace(/\/+$/, '').replace(/(?:\/chat\/completions)?$/, '/chat/completions');
  return url.href;
}

async function scoreOne(
  request: ThinkingRequest,
  url: string,
  options: EndpointOptions,
  pace: Pace,
  pictures: (question: Question) => Promise<readonly Uint8Array[] | 'image'>,
): Promise<ThinkingScore> {
  const start = performance.now();
  const done = (attempts: number, rest: Omit<ThinkingScore, 'attempts' | 'seconds'>): ThinkingScore => ({
    ...rest,
    attempts,
    seconds: (performance.now() - start) / 1000,
  });
  const { judges } = REWARD_PRESETS[options.preset];
  if (judges === 'thinking' && isEmptyThinking(request)) return done(0, NOTHING_THOUGHT);
  const images = await pictures(request.question);
  if (images === 'image') return done(0, { score: null, failure: images });
  const { model, apiKey, timeoutSeconds, preset, judge } = options;
  const messages = ratingMessages(preset, request, images, judge);
  const signal = options.finishRequests === true ? undefined : options.signal;
  const chat: ChatRequest = { url, model, messages, apiKey, maxTokens: MAX_REPLY_TOKENS, timeoutSeconds, signal };
  for (let attempt = 1; ; attempt++) {
    await pace.turn();
    const result = await requestChat(chat);
    if (result.ok) return done(attempt, readScore(result, options.preset));
    if (attempt >= options.maxAttempts || !RETRIED.has(result.failure)) {
      return done(attempt, { score: null, failure: result.failure });
    }
    const wait = waitSeconds(attempt, result.retryAfterSeconds, options.backOffSeconds, request);
    if (result.failure === 'rate_limited') pace.pause(wait); // the server means all of us
    await pace.sleep(wait);
  }
}

function readScore(
  { reply, cutOff, usage }: Extract<ChatResult, { ok: true }>,
  preset: RewardPreset,
): Omit<ThinkingScore, 'attempts' | 'seconds'> {
  const { score, failure } = readReply(reply, preset);
  if (failure === null) return { score, reply, usage };
  const kind: EndpointFailure = cutOff && (failure === 'no_score' || failure === 'empty') ? 'truncated' : failure;
  return { score, failure: kind, reply, usage };
}

/** Pictures of the questions of one call, each had once for all of a group's responses; 'image' where one cannot be had. */
function picturesOf({ pictures = questionPngs }: EndpointOptions) {
  const known = new Map<Question, Promise<readonly Uint8Array[] | 'image'>>();
  return (question: Question): Promise<readonly Uint8Array[] | 'image'> =>
    getOrMake(known, question, () =>
      Promise.resolve(question)
        .then((asked) => pictures(asked))
        .catch(() => 'image' as const),
    );
}

/** The wait before the next attempt: what the server asked for, else doubling with up to a quarter more, so that retries spread. */
function waitSeconds(
  attempt: number,
  asked: number | undefined,
  first: number | undefined,
  request: ThinkingRequest,
): number {
  const jitter = 1 + uniformAt(attempt, hash32(`${request.question.id}\n${request.response}`), 0) / 4;
  const wait = asked ?? (first ?? FIRST_BACK_OFF_SECONDS) * 2 ** (attempt - 1) * jitter;
  return Math.min(wait, LONGEST_WAIT_SECONDS);
}

/** When the next request may go out: not before the rate limit allows it, nor before a pause that the server asked for. */
class Pace {
  readonly gapMs: number;
  readonly signal: AbortSignal | undefined;
  nextMs = 0;

  constructor(requestsPerMinute: number | undefined, signal: AbortSignal | undefined) {
    this.gapMs = requestsPerMinute === undefined ? 0 : 60_000 / requestsPerMinute;
    this.signal = signal;
  }

  async turn(): Promise<void> {
    const at = Math.max(this.nextMs, performance.now());
    this.nextMs = at + this.gapMs;
    await this.sleep((at - performance.now()) / 1000);
  }

  pause(seconds: number): void {
    this.nextMs = Math.max(this.nextMs, performance.now() + seconds * 1000);
  }

  /** Waits; rejects at once when the run is stopped. */
  async sleep(seconds: number): Promise<void> {
    this.signal?.throwIfAborted();
    if (seconds <= 0) return;
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        reject(this.signal?.reason);
      };
      const timer = setTimeout(() => {
        this.signal?.removeEventListener('abort', stop);
        resolve();
      }, seconds * 1000);
      this.signal?.addEventListener('abort', stop, { once: true });
    });
  }
}
