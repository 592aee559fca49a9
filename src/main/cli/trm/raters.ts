/**
 * Raters by name for `trm validate` and `trm score` (shared/trm/rater-names.ts), made by the makers that training uses; a model that this home
 * trained is known by its bare name, whatever its kind.
 */
import { SophiaError } from '../../../shared/errors.ts';
import { THINKING, type ThinkingTable } from '../../../shared/kinds/thinking.ts';
import { mergePatches, parseSettings } from '../../../shared/settings/setting-paths.ts';
import { defaultSettings } from '../../../shared/settings/settings.ts';
import { TRM_KINDS } from '../../../shared/trm/models.ts';
import { raterForm, raterSettings } from '../../../shared/trm/rater-names.ts';
import { modelFolder } from '../../model/folder/find-model.ts';
import { loadModel } from '../../model/folder/model-folder.ts';
import { makeThinking, type ThinkingMakers } from '../../rewards/thinking/makers.ts';
import type { ThinkingRewarder } from '../../rewards/thinking/source.ts';
import type { ReadStore } from '../../store/store.ts';
import type { LoadImage } from '../../tasks/question-picture.ts';
import { type JudgeFlags, judgeOf } from './judge-flags.ts';

/** "trained=my-trm,untrained=tiny-vl-base" or "my-trm,length" as [name, source] pairs; throws `usage` for a name given twice. */
export function raterNames(text: string): [string, string][] {
  const pairs = text.split(',').map((part): [string, string] => {
    const at = part.indexOf('='); // an address may hold more of them
    const [name, source] = at < 0 ? [part, part] : [part.slice(0, at), part.slice(at + 1)];
    return [name.trim(), source.trim()];
  });
  const twice = pairs.find(([name], i) => name === '' || pairs.findIndex((pair) => pair[0] === name) !== i);
  if (twice !== undefined) throw new SophiaError('usage', `Rater "${twice[0]}" is named twice or has no name.`);
  return pairs;
}

/** How endpoints are asked. */
export interface AskFlags extends JudgeFlags {
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
  loadImage?: LoadImage,
  kinds: ThinkingTable = THINKING,
  makers?: ThinkingMakers,
): ThinkingRewarder {
  const { keyEnv: apiKeyEnv, concurrency, timeout: timeoutSeconds, attempts: maxAttempts } = ask;
  const trained = store?.hasTrmModel(source) ? TRM_KINDS[store.trmModel(source).kind] : null;
  const named = raterSettings(trained === null ? source : raterForm(trained.thinking, source), kinds);
  const endpoint = { apiKeyEnv, concurrency, timeoutSeconds, maxAttempts };
  const settings = parseSettings(mergePatches(named, { reward: { endpoint, judge: judgeOf(ask) } }), source, kinds);
  const home = store?.paths.home;
  const policy = () => loadModel(modelFolder(settings.model.policy, home));
  const { imageSize, prompt } = defaultSettings().data;
  const encode = { imageSize, prompt, loadImage };
  const { rewarder } = makeThinking({ settings, policy, home, encode }, makers);
  return { ...rewarder, name: source };
}
