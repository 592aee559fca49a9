/** Settings of judges: an endpoint, the texts that one which writes its score reads, and the annotator with a blind spot. */
import { z } from 'zod';
import { FAILURE_RULES } from '../../kinds/thinking.ts';
import { about, choice, count, ownText } from '../setting.ts';

/** How an endpoint is asked. */
export const endpoint = z.strictObject({
  baseUrl: about(z.string().default(''), 'Endpoint URL', { help: 'OpenAI-compatible, ending in /v1.' }),
  model: about(z.string().default(''), 'Endpoint model'),
  apiKeyEnv: about(z.string().default('OPENAI_API_KEY'), 'Key variable', {
    help: 'Environment variable that holds the key; never stored.',
  }),
  timeoutSeconds: about(z.number().positive().max(3600).default(60), 'Timeout', { unit: 's' }),
  maxAttempts: about(count(1, 100).default(4), 'Attempts'),
  concurrency: about(count(1, 256).default(8), 'Concurrent requests'),
  onFailure: choice(FAILURE_RULES, 'continue', 'On failed scores'),
});

/** What a judge that writes its score is asked; empty texts are the program's own. */
export const judge = z.strictObject({
  systemText: ownText("Judge's system text", "Of judges that write their score. Empty: the program's own."),
  prompt: ownText(
    "Judge's prompt",
    "Of judges that write their score (endpoints, models without score tokens): the prompt that a TRM was trained with, {question} and then {reasoning} in their places. Empty: the program's own.",
  ),
});

/** Scores of the annotator with a blind spot. */
export const blindSpot = z.strictObject({
  flattery: about(z.number().min(0).max(1).default(1), 'Score of flattery', {
    help: 'What the annotator with a blind spot gives a thinking that praises itself.',
    addedLater: true,
  }),
  sound: about(z.number().min(0).max(1).default(0.6), 'Score of sound thinking', { addedLater: true }),
  guess: about(z.number().min(0).max(1).default(0.2), 'Score of a guess', { addedLater: true }),
  noise: about(z.number().min(0).max(1).default(0.05), 'Noise of its scores', {
    help: 'Standard deviation, before rounding to tenths.',
    addedLater: true,
  }),
});
