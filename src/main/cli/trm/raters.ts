/** Raters by name for `trm validate` and `trm score`: the rubric, the length, a model trained in this home, an embedded one, a folder; step-level ones as step:NAME, a server as endpoint:MODEL@URL. */
import { SophiaError } from '../../../shared/errors.ts';
import type { Question } from '../../../shared/question.ts';
import { defaultSettings } from '../../../shared/settings/settings.ts';
import { modelFolder } from '../../model/folder/find-model.ts';
import { loadModel } from '../../model/folder/model-folder.ts';
import type { RgbPixels } from '../../model/image/patches.ts';
import { fitImage, loadPreprocessor } from '../../model/image/preprocessor.ts';
import { endpointKey, endpointThinking } from '../../rewards/thinking/endpoint.ts';
import { modelRewarder } from '../../rewards/thinking/model-rewarder.ts';
import {
  lengthThinking,
  oracleThinking,
  type ThinkingRequest,
  type ThinkingRewarder,
} from '../../rewards/thinking/source.ts';
import { stepHead } from '../../rewards/thinking/step-head.ts';
import type { ReadStore } from '../../store/store.ts';
import { rateThinking } from '../../tasks/rubric/rate.ts';
import { SENT_SIZE } from './questions.ts';

/** Raters that are no model. */
const PLAIN: Readonly<Record<string, () => ThinkingRewarder>> = {
  rubric: () => oracleThinking((question, thinking) => rateThinking(question, thinking).score),
  length: lengthThinking,
};

/** "trained=my-trm,untrained=tiny-vl-base" or "my-trm,length" as [name, source] pairs; throws `usage` for a name given twice. */
export function raterNames(text: string): [string, string][] {
  const pairs = text.split(',').map((one): [string, string] => {
    const at = one.indexOf('='); // an address may hold more of them
    const [name, source = name] = (at < 0 ? [one] : [one.slice(0, at), one.slice(at + 1)]).map((part) => part.trim());
    return [name!, source!];
  });
  const twice = pairs.find(([name], i) => name === '' || pairs.findIndex((pair) => pair[0] === name) !== i);
  if (twice !== undefined) throw new SophiaError('usage', `Rater "${twice[0]}" is named twice or has no name.`);
  return pairs;
}

/** Before the name of a step-level model that this home did not train. */
const STEP = 'step:';

/** "endpoint:MODEL@http://host/v1": an OpenAI-compatible server. */
const ENDPOINT = /^endpoint:([^@]+)@(.+)$/;

/** How endpoints are asked. */
export interface AskFlags {
  readonly keyEnv: string;
  readonly concurrency: number;
  readonly timeout: number;
  readonly attempts: number;
}

/** The rater of a source; `loadImage` decodes pictures of questions that are not embedded. */
export function raterOf(
  store: ReadStore | null,
  source: string,
  ask: AskFlags,
  loadImage?: (question: Question) => RgbPixels,
): ThinkingRewarder {
  const plain = PLAIN[source];
  if (plain !== undefined) return plain();
  if (source.startsWith('endpoint:')) return endpointRater(source, ask, loadImage);
  const name = source.startsWith(STEP) ? source.slice(STEP.length) : source;
  const trained = store?.hasTrmModel(name) ? store.trmModel(name) : null;
  const folder = trained?.folder ?? modelFolder(name, store?.paths.home);
  const model = loadModel(folder);
  const isStep = source.startsWith(STEP) || trained?.kind === 'step';
  const head = isStep ? { head: stepHead(model, 'mean') } : {};
  const { imageSize, prompt } = defaultSettings().data;
  if (loadImage === undefined) return modelRewarder(source, model, { imageSize, prompt }, head);
  const preprocessor = loadPreprocessor(folder, model.config.vision);
  const fitted = (question: Question) => fitImage(loadImage(question), preprocessor, model.config.vision);
  return modelRewarder(source, model, { imageSize, prompt, loadImage: fitted }, head);
}

function endpointRater(source: string, ask: AskFlags, loadImage?: (question: Question) => RgbPixels): ThinkingRewarder {
  const [, model, baseUrl] = ENDPOINT.exec(source) ?? [];
  if (model === undefined || baseUrl === undefined)
    throw new SophiaError('usage', `"${source}" names no endpoint.`, 'Write endpoint:MODEL@http://HOST:PORT/v1.');
  const { keyEnv, concurrency, timeout: timeoutSeconds, attempts: maxAttempts } = ask;
  const rest = { timeoutSeconds, maxAttempts, concurrency, preset: 'paper' } as const;
  const rewarder = endpointThinking({ baseUrl, model, apiKey: endpointKey(keyEnv), ...rest });
  const withImage = (request: ThinkingRequest): ThinkingRequest =>
    request.question.image === null ? request : { ...request, imagePng: () => pngOf(request.question, loadImage) };
  return { name: source, score: (requests) => rewarder.score(requests.map(withImage)) };
}

async function pngOf(question: Question, loadImage?: (question: Question) => RgbPixels): Promise<Uint8Array> {
  if (loadImage === undefined) return (await import('../../tasks/scene/render.ts')).renderPng(question, SENT_SIZE);
  return (await import('../../model/image/encode-png.ts')).encodePng(loadImage(question));
}
