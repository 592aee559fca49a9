/**
 * The small world that knowledge questions ask about: pictured things and facts to be learned. Facts are simple on purpose and
 * need only be consistent. Deliberately absent: drawings (drawing/).
 */

/** Facts of a thing: animals have legs, home and food; tools a use; vehicles a way. */
interface Facts {
  readonly class: ThingClass;
  readonly legs?: string;
  readonly home?: string;
  readonly food?: string;
  readonly use?: string;
  readonly way?: string;
}

export const THING_CLASSES = ['animal', 'fruit', 'tool', 'vehicle'] as const;
export type ThingClass = (typeof THING_CLASSES)[number];

/** What can be recalled about a thing. */
const RELATIONS = ['class', 'legs', 'home', 'food', 'use', 'way'] as const;
export type Relation = (typeof RELATIONS)[number];

export const THINGS = {
  cat: { class: 'animal', legs: '4', home: 'house', food: 'mice' },
  cow: { class: 'animal', legs: '4', home: 'farm', food: 'grass' },
  rabbit: { class: 'animal', legs: '4', home: 'hole', food: 'carrots' },
  frog: { class: 'animal', legs: '4', home: 'pond', food: 'flies' },
  bird: { class: 'animal', legs: '2', home: 'nest', food: 'seeds' },
  duck: { class: 'animal', legs: '2', home: 'pond', food: 'seeds' },
  bee: { class: 'animal', legs: '6', home: 'hive', food: 'honey' },
  ant: { class: 'animal', legs: '6', home: 'hill', food: 'sugar' },
  spider: { class: 'animal', legs: '8', home: 'web', food: 'flies' },
  fish: { class: 'animal', legs: '0', home: 'river', food: 'worms' },
  snake: { class: 'animal', legs: '0', home: 'desert', food: 'mice' },
  snail: { class: 'animal', legs: '0', home: 'garden', food: 'leaves' },
  apple: { class: 'fruit' },
  banana: { class: 'fruit' },
  cherry: { class: 'fruit' },
  grape: { class: 'fruit' },
  lemon: { class: 'fruit' },
  hammer: { class: 'tool', use: 'nails' },
  saw: { class: 'tool', use: 'wood' },
  key: { class: 'tool', use: 'doors' },
  spoon: { class: 'tool', use: 'soup' },
  brush: { class: 'tool', use: 'paint' },
  car: { class: 'vehicle', way: 'road' },
  boat: { class: 'vehicle', way: 'water' },
  plane: { class: 'vehicle', way: 'air' },
  train: { class: 'vehicle', way: 'rail' },
} as const satisfies Record<string, Facts>;

export type ThingName = keyof typeof THINGS;

/** All names, in the order of the table. */
export const THING_NAMES = Object.keys(THINGS) as ThingName[];

/** A fact, or undefined where the thing has none of that kind or is not known. */
export function recall(thing: string, relation: Relation): string | undefined {
  return Object.hasOwn(THINGS, thing) ? (THINGS[thing as ThingName] as Facts)[relation] : undefined;
}

/** The things of one class. */
export function thingsOf(kind: ThingClass): ThingName[] {
  return THING_NAMES.filter((name) => THINGS[name].class === kind);
}

/** Every value that some thing has for a relation, without repeats. */
export function valuesOf(relation: Relation): string[] {
  return [...new Set(THING_NAMES.map((name) => recall(name, relation)).filter((value) => value !== undefined))];
}
