/** What settings mean for one another: the models that a world uses, and what does not go together. */
import { SophiaError } from '../errors.ts';
import { type ThinkingTable, thinkingKind } from '../kinds/thinking.ts';
import { TRUST_MODES } from '../kinds/trust.ts';
import { WORLDS, type WorldKind, worldNamed, worldsOfModel } from '../worlds/worlds.ts';
import { defaultSettings, type Settings } from './settings.ts';

/** A patch with the models of its world, where it names a world and leaves them open. */
export function withWorldModels<T extends { readonly data?: object; readonly model?: object }>(patch: T): T {
  const { data, model = {} } = patch;
  const world = worldNamed((data as { readonly world?: unknown } | null | undefined)?.world);
  const isGroup = typeof model === 'object' && model !== null && !Array.isArray(model);
  return world === undefined || !isGroup ? patch : { ...patch, model: { ...world.models, ...model } };
}

/** Throws the first usage error of settings that are right one by one and do not go together; `where` names what holds them. */
export function checkSettings(settings: Settings, where: string, kinds: ThinkingTable): void {
  checkWorld(settings, where, kinds);
  checkPixels(settings, where);
  checkDivisible(settings, where);
  checkSpread(settings, where, kinds);
  checkJudge(settings, where);
}

/** What a world does not have, and embedded models that were made for another world. */
function checkWorld({ data, model, reward }: Settings, where: string, kinds: ThinkingTable): void {
  const world: WorldKind = WORLDS[data.world];
  const refuse = (fault: string, fix: string) => {
    throw new SophiaError('usage', `${where}: ${fault}`, fix);
  };
  const usual = defaultSettings().data;
  if (!world.hasCue && data.cueRate !== usual.cueRate)
    refuse(`data.cueRate = ${data.cueRate}, but the world ${data.world} has no cues.`, `Use ${worldsWith('hasCue')}.`);
  if (!world.hasNoise && data.labelNoise !== usual.labelNoise)
    refuse(
      `data.labelNoise = ${data.labelNoise}, but the world ${data.world} has none.`,
      `Use ${worldsWith('hasNoise')}.`,
    );
  if (data.world !== usual.world && data.source !== usual.source)
    refuse(
      `data.world = ${data.world} with data.source = ${data.source}, but worlds are of embedded questions.`,
      'Leave one of the two out.',
    );
  if (data.source !== usual.source) return;
  const rates = thinkingKind(reward, kinds).modelSetting === 'trm';
  for (const setting of ['policy', ...(rates ? (['trm'] as const) : [])] as const) {
    const made = worldsOfModel(model[setting]);
    if (made.length > 0 && !made.includes(data.world))
      refuse(
        `model.${setting} = ${model[setting]} was made for the world ${made.join(', ')}, not for ${data.world}.`,
        `Use ${world.models[setting]}, or leave it out.`,
      );
  }
}

function worldsWith(fact: 'hasCue' | 'hasNoise'): string {
  const names = Object.entries<WorldKind>(WORLDS).flatMap(([name, world]) => (world[fact] ? [name] : []));
  return `data.world: ${names.join(' or ')}`;
}

function checkPixels({ data: { minPixels, maxPixels } }: Settings, where: string): void {
  if (minPixels === null || maxPixels === null || minPixels <= maxPixels) return;
  throw new SophiaError(
    'usage',
    `${where}: data.minPixels = ${minPixels} is more than data.maxPixels = ${maxPixels}.`,
    'Swap them, or leave one out.',
    { field: { path: 'data.minPixels', reason: `is more than the largest picture's ${maxPixels}` } },
  );
}

function checkDivisible(settings: Settings, where: string): void {
  const { questionsPerStep, gradientAccumulationSteps } = settings.training;
  if (questionsPerStep % gradientAccumulationSteps !== 0) {
    throw new SophiaError(
      'usage',
      `${where}: training.gradientAccumulationSteps = ${gradientAccumulationSteps} does not divide training.questionsPerStep = ${questionsPerStep} (groups of ${settings.training.numGenerations} must stay whole).`,
      'Choose a divisor.',
      { field: { path: 'training.gradientAccumulationSteps', reason: `does not divide ${questionsPerStep}` } },
    );
  }
}

function checkJudge({ reward: { judge } }: Settings, where: string): void {
  if (judge.prompt === '' || /\{question\}[\s\S]*\{reasoning\}/.test(judge.prompt)) return;
  throw new SophiaError(
    'usage',
    `${where}: reward.judge.prompt does not say where question and reasoning stand.`,
    'Put {question} and, behind it, {reasoning} into it.',
  );
}

function checkSpread({ reward }: Settings, where: string, kinds: ThinkingTable): void {
  const { isOff, spreads } = thinkingKind(reward, kinds);
  if (!TRUST_MODES[reward.trust].needsSpreads || isOff || spreads) return; // without a thinking reward there is nothing to trust
  const fit = Object.entries(kinds).filter(([, kind]) => kind.isOff || kind.spreads);
  const others = Object.entries(TRUST_MODES).filter(([, kind]) => !kind.needsSpreads);
  throw new SophiaError(
    'usage',
    `${where}: reward.trust = ${reward.trust} needs passes with dropout, which reward.thinking = ${reward.thinking} does not support.`,
    `Use thinking reward ${inWords(fit)}, or trust ${inWords(others)}.`,
    {
      field: {
        path: 'reward.trust',
        reason: `${reward.trust} needs passes with dropout, which ${reward.thinking} does not support`,
      },
    },
  );
}

function inWords(entries: readonly (readonly [string, unknown])[]): string {
  const names = entries.map(([name]) => name);
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
