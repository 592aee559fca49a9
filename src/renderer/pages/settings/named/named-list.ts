/** Lists of the settings whose entries have a name (endpoints, clusters, hooks): one saved or removed, the others kept as they are. */
import { problemOf } from '../../../api/client.ts';
import { attempt } from '../../../state/toasts.svelte.ts';

interface Named {
  readonly name: string;
}

/** The list with `next` in the place of the entry called `replaced`, or at its end. */
export function withSaved<T extends Named>(list: readonly T[], next: T, replaced: string | null): T[] {
  const at = list.findIndex((other) => other.name === replaced);
  return at < 0 ? [...list, next] : list.with(at, next);
}

/** Removes an entry by name and offers to take that back; `change` keeps a list. */
export async function removeNamed<T extends Named>(
  before: T[],
  name: string,
  change: (list: T[]) => Promise<unknown>,
): Promise<void> {
  await attempt(
    () => change(before.filter((one) => one.name !== name)),
    `${name} removed`,
    () => void attempt(() => change(before)),
  );
}

/** What a test of an entry said. */
export interface Tested {
  readonly works: boolean;
  readonly says: string;
}

/** What a test says; a test that could not be made does not work, with why. */
export const tested = (test: Promise<Tested>): Promise<Tested> =>
  test.catch((error: unknown) => ({ works: false, says: problemOf(error).message }));

/** Where a secret lies; null: its variable is not set. */
export type SecretPlace = 'environment' | 'store' | null;

/** Where the secret of a variable lies, in words; `none` where no variable is named. */
export function secretPlace(place: SecretPlace, variable: string, none: string): string {
  if (variable === '') return none;
  if (place === 'environment') return `from the environment (${variable})`;
  return place === 'store' ? `in the system's key store (${variable})` : `not set (${variable})`;
}
