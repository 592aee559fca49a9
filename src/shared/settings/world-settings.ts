/** What the world of a run's questions means for its other settings: the models that it uses, and what does not go with it. */
import { SophiaError } from '../errors.ts';
import { type ThinkingTable, thinkingKind } from '../kinds/thinking.ts';
import { WORLDS, type WorldKind, worldNamed, worldsOfModel } from '../worlds/worlds.ts';
import { defaultSettings, type Settings } from './settings.ts';

/** A patch with the models of its world, where it names a world and leaves them open. */
export function withWorldModels<T extends { readonly data?: object; readonly model?: object }>(patch: T): T {
  const { data, model = {} } = patch;
  const world = worldNamed((data as { readonly world?: unknown } | null | undefined)?.world);
  const isGroup = typeof model === 'object' && model !== null && !Array.isArray(model);
  return world === undefined || !isGroup ? patch : { ...patch, model: { ...world.models, ...model } };
}

/** Throws a usage error for what a world does not have, and for an embedded model that was made for another world. */
export function checkWorld({ data, model, reward }: Settings, where: string, kinds: ThinkingTable): void {
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
