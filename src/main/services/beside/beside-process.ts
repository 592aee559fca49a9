/** The process of beside.ts: one piece of work after the other, until nobody asks any more or the engine is gone. */
import { SophiaError } from '../../../shared/errors.ts';
import { type Asked, WORK, type WorkName } from './work.ts';

/** What is asked of the process. */
export interface Question<Name extends WorkName = WorkName> {
  readonly home: string;
  readonly work: Name;
  readonly asked: Asked<Name>;
}

/** Its answer; a failure by its code where it is an expected one. */
export type Answer =
  | { readonly given: unknown }
  | {
      readonly failed: {
        readonly code: SophiaError['code'] | null;
        readonly message: string;
        readonly stack?: string | undefined;
      };
    };

async function answer({ home, work, asked }: Question): Promise<Answer> {
  try {
    const does = WORK[work] as (home: string, asked: Question['asked']) => Promise<unknown>;
    return { given: await does(home, asked) };
  } catch (error) {
    const { message, stack } = error as Error;
    return { failed: { code: error instanceof SophiaError ? error.code : null, message, stack } };
  }
}

process.on('message', (question: Question) => {
  void answer(question).then((said) => process.send?.(said));
});
process.on('disconnect', () => process.exit());
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {}); // they reach the whole group; the engine decides
