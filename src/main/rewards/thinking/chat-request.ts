/**
 * One request to an OpenAI-compatible chat endpoint, and what can go wrong with it, each by name. The API key goes into one header
 * and nowhere else: not into errors, not into results, not to another host. Deliberately absent: retries (endpoint.ts).
 */

import { AnswerCutOff, readAnswer } from '../../model/remote/remote-answer.ts';
import type { ChatMessage } from './prompt.ts';

/** Why a request brought no reply. */
export type RequestFailure =
  | 'refused' // nothing listens there
  | 'unreachable' // no such host, no route, connection lost before an answer
  | 'timeout' // no complete answer in time
  | 'rate_limited' // 429
  | 'server_error' // 5xx
  | 'rejected' // another 4xx: wrong key, model or request
  | 'redirected' // to another host, or in circles
  | 'tls' // a certificate that does not hold
  | 'truncated_body' // the connection ended inside the answer
  | 'too_large' // an answer of more than 4 MiB
  | 'malformed'; // HTML, broken JSON, or JSON that is no chat completion

/** Failures that another attempt may mend. */
export const RETRIED: ReadonlySet<RequestFailure> = new Set<RequestFailure>([
  'refused',
  'unreachable',
  'timeout',
  'rate_limited',
  'server_error',
  'truncated_body',
  'malformed',
]);

/** What a chat request needs. */
export interface ChatRequest {
  readonly url: string; // of /chat/completions
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly apiKey: string | null;
  readonly maxTokens: number;
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal | undefined; // of the run: stops waiting at once
}

/** The model's reply, or why there is none; `retryAfterSeconds` as the server asked. */
export type ChatResult =
  | { readonly ok: true; readonly reply: string; readonly cutOff: boolean; readonly usage?: ChatUsage | undefined }
  | { readonly ok: false; readonly failure: RequestFailure; readonly retryAfterSeconds?: number | undefined };
export interface ChatUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

const MOST_BYTES = 4 * 2 ** 20;
const MAX_REDIRECTS = 3;

/** Sends one request. Throws only when `signal` was aborted. */
export async function requestChat(request: ChatRequest): Promise<ChatResult> {
  const { timeoutSeconds } = request;
  const timeout = AbortSignal.timeout(timeoutSeconds * 1000);
  const signal = request.signal === undefined ? timeout : AbortSignal.any([timeout, request.signal]);
  try {
    const response = await post(request, signal);
    if (response === null) return failed('redirected');
    if (!response.ok) {
      await response.body?.cancel();
      return failed(statusFailure(response.status), retryAfter(response.headers.get('retry-after')));
    }
    return readCompletion(await readAnswer(response.body, { mostBytes: MOST_BYTES, quietMs: timeoutSeconds * 1000 }));
  } catch (error) {
    request.signal?.throwIfAborted();
    if (error instanceof AnswerCutOff) return failed(error.why === 'too large' ? 'too_large' : 'timeout');
    return failed(timeout.aborted ? 'timeout' : connectionFailure(error));
  }
}

/** Posts, following redirects on the same origin only: the key and the image are for the host that was named. Null: refused one. */
async function post(request: ChatRequest, signal: AbortSignal): Promise<Response | null> {
  const { model, messages, maxTokens, apiKey } = request;
  const headers: Record<string, string> = { 'content-type': 'application/json', accept: 'application/json' };
  if (apiKey !== null) headers.authorization = `Bearer ${apiKey}`;
  const body = JSON.stringify({ model, messages, temperature: 0, max_tokens: maxTokens });
  let url = new URL(request.url);
  for (let i = 0; i <= MAX_REDIRECTS; i++) {
    const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) return response;
    await response.body?.cancel();
    const next = new URL(location, url);
    if (next.origin !== url.origin) return null;
    url = next;
  }
  return null;
}

function readCompletion(body: string): ChatResult {
  let data: unknown;
  try {
    data = JSON.parse(body);
  } catch {
    return failed('malformed');
  }
  const completion = data as {
    choices?: { message?: { content?: unknown }; finish_reason?: unknown }[];
    usage?: { prompt_tokens?: unknown; completion_tokens?: unknown };
  } | null;
  const choice = completion?.choices?.[0];
  const reply = choice?.message?.content;
  if (typeof reply !== 'string') return failed('malformed');
  const { prompt_tokens: prompt, completion_tokens: completed } = completion?.usage ?? {};
  const usage =
    typeof prompt === 'number' && typeof completed === 'number'
      ? { promptTokens: prompt, completionTokens: completed }
      : undefined;
  return { ok: true, reply, cutOff: choice?.finish_reason === 'length', usage };
}

function statusFailure(status: number): RequestFailure {
  if (status === 429) return 'rate_limited';
  if (status >= 500) return 'server_error';
  return status >= 300 && status < 400 ? 'redirected' : 'rejected';
}

/** Seconds to wait, from a Retry-After header in either of its forms. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\d+(?:\.\d+)?$/.test(header.trim()) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

/** The kind of a failed connection, from the codes along the chain of causes. */
function connectionFailure(error: unknown): RequestFailure {
  const codes: string[] = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    codes.push(String((cause as NodeJS.ErrnoException).code ?? ''));
    if (cause instanceof AggregateError) for (const inner of cause.errors) codes.push(String(inner.code ?? ''));
    if (cause.message === 'terminated') return 'truncated_body';
  }
  if (codes.includes('ECONNREFUSED')) return 'refused';
  if (codes.some((code) => /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code))) return 'tls';
  if (codes.some((code) => /CONTENT_LENGTH_MISMATCH/.test(code))) return 'truncated_body';
  if (codes.some((code) => /HPE_/.test(code))) return 'malformed';
  return 'unreachable';
}

function failed(failure: RequestFailure, retryAfterSeconds?: number): ChatResult {
  return { ok: false, failure, retryAfterSeconds };
}
