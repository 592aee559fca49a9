/** A key would go to a host that was not confirmed: asks, confirms in the home, and does again what was refused for it. */
import { TRPCClientError } from '@trpc/client';
import { KEY_VARIABLE } from '../../shared/settings/base-url.ts';
import type { KeyHost } from '../../shared/settings/key-hosts.ts';
import { api } from './client.ts';

class KeyQuestion {
  /** What is asked about now; null: nothing. */
  pairs = $state.raw<readonly KeyHost[] | null>(null);
  #answer: ((isAllowed: boolean) => void) | undefined;

  /** Puts the question (ui/frame/KeyQuestion.svelte); one at a time, a new one is the answer no to the one before. */
  ask(pairs: readonly KeyHost[]): Promise<boolean> {
    this.answer(false);
    this.pairs = pairs;
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  answer(isAllowed: boolean): void {
    this.pairs = null;
    this.#answer?.(isAllowed);
    this.#answer = undefined;
  }
}

/** The question that is open. */
export const keyQuestion = new KeyQuestion();

/** Does something on the engine; refused for a key, asks and does it again. What it throws besides, and a no, is the caller's. */
export async function confirmingKeys<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const pairs =
      error instanceof TRPCClientError ? (error.data as { keys?: readonly KeyHost[] } | null)?.keys : undefined;
    if (pairs === undefined || pairs.some(({ variable }) => !KEY_VARIABLE.test(variable))) throw error;
    if (!(await keyQuestion.ask(pairs))) throw error;
    for (const pair of pairs) await api.settings.confirmKey.mutate(pair);
    return action();
  }
}
