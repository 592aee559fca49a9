/** The typed client of the engine's API: one link for questions and changes, one for live updates; the browser adds its cookie. */
import {
  createTRPCClient,
  httpBatchLink,
  httpLink,
  httpSubscriptionLink,
  type Operation,
  splitLink,
  TRPCClientError,
} from '@trpc/client';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../main/api/router.ts';
import type { FieldFault } from '../../shared/errors.ts';
import { refusedWords } from './session.ts';

/** What each procedure takes and gives. */
export type Inputs = inferRouterInputs<AppRouter>;
export type Outputs = inferRouterOutputs<AppRouter>;

const url = `${location.origin}/api`;
/** Addresses of at most this many characters, which browsers, proxies and the engine's own server take. */
const LONGEST_URL = 4000;
/** A question whose text alone would fill an address (a study file of a dozen variants) goes out as a body. */
const isLong = ({ type, input }: Operation): boolean =>
  type === 'query' && encodeURIComponent(JSON.stringify(input) ?? '').length > LONGEST_URL / 2;

export const api = createTRPCClient<AppRouter>({
  links: [
    splitLink({
      condition: (operation) => operation.type === 'subscription',
      true: httpSubscriptionLink({ url }),
      false: splitLink({
        condition: isLong,
        true: httpLink({ url, methodOverride: 'POST' }),
        false: splitLink({
          condition: (operation) => operation.context.alone === true,
          true: httpLink({ url }),
          false: httpBatchLink({ url, maxURLLength: LONGEST_URL }),
        }),
      }),
    }),
  ],
});

/**
 * The options of a question that goes out at once and by itself. Others wait until the page has been drawn, for those that are asked in the
 * same moment, and all of them are answered together, when the slowest is.
 */
export const ALONE = { context: { alone: true } };

/** A failure in words for the screen, and whether the engine did not answer at all. */
export interface Problem {
  readonly message: string;
  readonly gone: boolean;
  readonly unauthorized: boolean;
  /** The field of a form that it is about. */
  readonly field?: FieldFault | undefined;
}

/** What went wrong, from whatever was thrown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof TRPCClientError) {
    const status = (error.meta?.response as Response | undefined)?.status;
    const unauthorized = status === 401;
    if (unauthorized) return { message: refusedWords(error.message), gone: false, unauthorized };
    const gone = error.data == null && status === undefined;
    const { field } = (error.data ?? {}) as { field?: FieldFault };
    return { message: gone ? 'The engine does not answer.' : error.message, gone, unauthorized, field };
  }
  return { message: error instanceof Error ? error.message : String(error), gone: false, unauthorized: false };
}
