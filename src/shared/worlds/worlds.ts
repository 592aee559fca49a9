/**
 * The worlds of embedded questions. A world is a set of questions with benchmarks of its own, ways of answering that its base model knows, and
 * the models made for it. The questions are in main/tasks/worlds, the recipes of the models in main/train/recipes and main/trm/recipes.
 */
import type { EvaluationMode } from '../kinds/evaluation-mode.ts';
import type { Kind } from '../kinds/kind.ts';
import { kindNamed } from '../kinds/kind.ts';
import type { ResponseStyle } from './styles.ts';

/** A world. */
export interface WorldKind extends Kind {
  readonly help: string;
  /** Whether its pictures may hold a cue, a star with a number beside it (data.cueRate). */
  readonly hasCue: boolean;
  /** Whether the answer key of training questions can be made wrong (data.labelNoise). */
  readonly hasNoise: boolean;
  /** How answers are drawn for its tables, unless asked otherwise: greedy ones are all or nothing where a way of answering is a choice. */
  readonly mode: EvaluationMode;
  /** The ways of answering that its questions are about. */
  readonly styles: readonly ResponseStyle[];
  /** The models made for it, by the setting of the group `model` that names them: their defaults in this world. */
  readonly models: { readonly policy: string; readonly trm: string };
}

/** Every world; the first is the default. */
export const WORLDS = {
  everyday: {
    title: 'Everyday',
    help: 'Five categories, four answer types. The thinking reward is redundant here: outcomes already tell sound thinking from guesses.',
    hasCue: false,
    hasNoise: false,
    mode: 'greedy',
    styles: [],
    models: { policy: 'tiny-vl-base', trm: 'tiny-vl-trm' },
  },
  shortcut: {
    title: 'Shortcut',
    help: 'Printed sums with a cue in the picture that agrees with the answer key most of the time. Does rewarding the thinking make answers hold where the shortcut breaks?',
    hasCue: true,
    hasNoise: true,
    mode: 'sampled',
    styles: ['sound', 'cue'],
    models: { policy: 'tiny-vl-shortcut', trm: 'tiny-vl-shortcut-trm' },
  },
  'hard-shortcut': {
    title: 'Shortcut, larger numbers',
    help: 'As Shortcut, with larger numbers, so that the cue tempts without any wrong key. Its base model is not shipped: make it once with `bin/sophia recipe hard-shortcut`.',
    hasCue: true,
    hasNoise: true,
    mode: 'sampled',
    styles: ['sound', 'cue'],
    models: { policy: 'tiny-vl-hard-shortcut', trm: 'tiny-vl-shortcut-trm' },
  },
  flattery: {
    title: 'Flattery',
    help: 'Printed sums, and a way of answering that praises its own reasoning and guesses. Does trust guard against a reward model that falls for it?',
    hasCue: false,
    hasNoise: true,
    mode: 'sampled',
    styles: ['sound', 'flattery'],
    models: { policy: 'tiny-vl-flattery', trm: 'tiny-vl-flattery-trm' },
  },
  'cheap-flattery': {
    title: 'Cheap flattery',
    help: 'As Flattery, but who praises reads the sum first and is right nearly half of the time: flattery costs little.',
    hasCue: false,
    hasNoise: true,
    mode: 'sampled',
    styles: ['sound', 'flattery'],
    models: { policy: 'tiny-vl-cheap-flattery', trm: 'tiny-vl-flattery-trm' },
  },
} as const satisfies Record<string, WorldKind>;
/** A name of WORLDS. */
export type WorldName = keyof typeof WORLDS;

/** The world whose name this is, undefined for any other text. */
export function worldNamed(name: unknown): WorldKind | undefined {
  return kindNamed<WorldKind>(WORLDS, name);
}

/** The worlds that an embedded model was made for, by its name; none for a model that is not embedded. */
export function worldsOfModel(model: string): WorldName[] {
  return (Object.keys(WORLDS) as WorldName[]).filter((name) => {
    const { policy, trm } = WORLDS[name].models;
    return policy === model || trm === model;
  });
}

/** How the answers that a study of a world is told by were drawn: as the world has it, greedily where its runs answer so alone. */
export function usualMode(world: WorldName, evaluated: readonly { readonly mode: EvaluationMode }[]): EvaluationMode {
  const { mode } = WORLDS[world];
  return evaluated.some((row) => row.mode === mode) ? mode : 'greedy';
}

/** The world whose base model a name is, undefined for any other. `bin/sophia recipe WORLD` makes it. */
export function worldOfPolicy(model: string): WorldName | undefined {
  return (Object.keys(WORLDS) as WorldName[]).find((name) => WORLDS[name].models.policy === model);
}

/** The world whose benchmark a name is: its own begin with its name; the everyday one for a category's, and for an imported set's. */
export function worldOfBenchmark(benchmark: string): WorldName {
  const found = (Object.keys(WORLDS) as WorldName[]).find((name) => benchmark.startsWith(`${name}-`));
  return found ?? 'everyday';
}

/** The world of this name, the everyday one for any other text. */
export function worldCalled(name: unknown): WorldName {
  return worldNamed(name) === undefined ? 'everyday' : (name as WorldName);
}

/** The world of a study's questions, from the settings that its variants share. */
export function studyWorld(settings: { readonly data?: object }): WorldName {
  return worldCalled((settings.data as { readonly world?: unknown } | undefined)?.world);
}
