/** Short messages at the corner: what was done (with undo), what failed. */
import { problemOf } from '../api/client.ts';
import { confirmingKeys } from '../api/key-question.svelte.ts';

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly kind: 'done' | 'failed';
  readonly undo?: () => void;
}

class Toasts {
  list = $state<Toast[]>([]);
  #next = 1;

  done(text: string, undo?: () => void): void {
    this.#add({ text, kind: 'done', ...(undo && { undo }) }, undo ? 8000 : 4000);
  }

  failed(error: unknown): void {
    this.#add({ text: problemOf(error).message, kind: 'failed' }, 12_000);
  }

  close(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  #add(toast: Omit<Toast, 'id'>, ms: number): void {
    const id = this.#next++;
    this.list = [...this.list.slice(-3), { ...toast, id }];
    setTimeout(() => this.close(id), ms);
  }
}

export const toasts = new Toasts();

/** Does something on the engine; a failure becomes a toast. Returns whether it worked. */
export async function attempt(action: () => Promise<unknown>, done?: string, undo?: () => void): Promise<boolean> {
  try {
    await confirmingKeys(action);
    if (done !== undefined) toasts.done(done, undo);
    return true;
  } catch (error) {
    toasts.failed(error);
    return false;
  }
}
