/** Asks an endpoint of the settings for one short answer, and says in words how that went. */
import { SophiaError } from '../../shared/errors.ts';
import type { Endpoint } from '../../shared/settings/home-settings.ts';
import { type RequestFailure, requestChat } from '../rewards/thinking/chat-request.ts';
import { chatUrl } from '../rewards/thinking/endpoint.ts';

const TRY_SECONDS = 20;
/** What a failed try means, in words. */
const FAILURES: Readonly<Record<RequestFailure, string>> = {
  refused: 'nothing listens at this address',
  unreachable: 'the host cannot be reached',
  timeout: `no answer within ${TRY_SECONDS} s`,
  rate_limited: 'too many requests (429)',
  server_error: 'server error (5xx)',
  rejected: 'request refused: wrong key, model or path (4xx)',
  redirected: 'redirected to another host, where the key is not sent',
  tls: 'invalid certificate',
  truncated_body: 'the connection ended during the answer',
  too_large: 'the answer is larger than 4 MiB',
  malformed: 'the answer is not a chat completion: is this the right path?',
};

/** Sends one request with the endpoint's key (null: it has none). @throws SophiaError 'usage' where the endpoint names no model */
export async function tryEndpoint(
  { baseUrl, model }: Endpoint,
  apiKey: string | null,
  signal?: AbortSignal,
): Promise<{ readonly works: boolean; readonly says: string }> {
  if (model === '') throw new SophiaError('usage', 'The endpoint has no model.', 'Name the model to ask.');
  const result = await requestChat({
    url: chatUrl(baseUrl),
    model,
    messages: [{ role: 'user', content: 'Answer with the word yes.' }],
    apiKey,
    maxTokens: 8,
    timeoutSeconds: TRY_SECONDS,
    ...(signal !== undefined && { signal }),
  });
  return result.ok
    ? { works: true, says: `Works. Answer: ${result.reply.trim().slice(0, 80) || '(an empty text)'}` }
    : { works: false, says: `Does not work: ${FAILURES[result.failure]}.` };
}
