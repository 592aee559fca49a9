/** The system's key store, which only a window of its own has: which variables it holds, or why it cannot be used. */
import { onMount } from 'svelte';
import type { KeyState } from '../../shared/app/shell-bridge.ts';
import { present } from '../../shared/values/list.ts';
import { shell } from './shell.ts';

/** What the key store says, asked once a component stands; null before it answered, and in a browser. */
export function keyStoreState(): { readonly value: KeyState | null } {
  let value = $state.raw<KeyState | null>(null);
  onMount(() => {
    void shell?.request({ kind: 'key-state' }).then((state) => {
      value = state;
    });
  });
  return {
    get value() {
      return value;
    },
  };
}

/** Puts a secret under a variable's name; throws what the store says where it refuses. */
export async function storeSecret(variable: string, key: string): Promise<void> {
  const answer = await present(shell, 'window of its own').request({ kind: 'store-key', variable, key });
  if (answer.problem !== null) throw new Error(answer.problem);
}

/** Removes what is stored under a variable's name. */
export async function forgetSecret(variable: string): Promise<void> {
  await present(shell, 'window of its own').request({ kind: 'remove-key', variable });
}
