/**
 * The API's own tRPC: errors leave as a code and one clear line, never a stack; live answers are kept alive by a heartbeat.
 */
import { initTRPC, TRPCError } from '@trpc/server';
import { type ErrorCode, SophiaError } from '../../shared/errors.ts';
import { UnconfirmedKey } from '../../shared/settings/key-hosts.ts';
import { lostHome } from '../model/home/home-marks.ts';
import type { ApiContext } from './context.ts';

/** How often a silent live answer says that it is alive, and after how much silence the page connects again. */
const HEARTBEAT_MS = 10_000;

const trpc = initTRPC.context<ApiContext>().create({
  sse: {
    ping: { enabled: true, intervalMs: HEARTBEAT_MS },
    client: { reconnectAfterInactivityMs: HEARTBEAT_MS * 2.5 },
  },
  errorFormatter({ error, shape }) {
    const cause = error.cause instanceof SophiaError ? error.cause : undefined;
    const code: ErrorCode = cause?.code ?? (error.code === 'BAD_REQUEST' ? 'usage' : 'internal');
    const keys = cause instanceof UnconfirmedKey ? { keys: cause.pairs } : {};
    const message = cause?.message ?? (error.code === 'BAD_REQUEST' ? badInput(error) : plain(error));
    return {
      ...shape,
      message,
      data: { code: shape.data.code, httpStatus: shape.data.httpStatus, sophia: code, field: cause?.field, ...keys },
    };
  },
});

const STATUS = {
  usage: 'BAD_REQUEST',
  data: 'UNPROCESSABLE_CONTENT',
  conflict: 'CONFLICT',
  environment: 'PRECONDITION_FAILED',
  diverged: 'UNPROCESSABLE_CONTENT',
  altered: 'UNPROCESSABLE_CONTENT',
  interrupted: 'CLIENT_CLOSED_REQUEST',
  internal: 'INTERNAL_SERVER_ERROR',
} as const satisfies Record<ErrorCode, TRPCError['code']>;

/** tRPC's router factory, made once. */
export const router = trpc.router;

/** A procedure whose SophiaErrors keep their kind on the wire. */
export const procedure = trpc.procedure.use(async ({ next, type, ctx }) => {
  const lost = type === 'mutation' ? lostHome(ctx.store.paths.home) : null;
  if (lost !== null) throw onTheWire(lost);
  const result = await next();
  if (!result.ok && result.error.cause instanceof SophiaError) throw onTheWire(result.error.cause);
  return result;
});

const onTheWire = (cause: SophiaError): TRPCError =>
  new TRPCError({ code: STATUS[cause.code], message: cause.message, cause });

function badInput(error: TRPCError): string {
  const issues = (error.cause as { issues?: { path: PropertyKey[]; message: string }[] } | undefined)?.issues;
  const [first] = issues ?? [];
  return first === undefined ? 'The request is not valid.' : `${first.path.join('.') || 'request'}: ${first.message}.`;
}

/** Texts of unexpected errors may hold paths and data; only the kind is told, the rest is in the engine's log. */
function plain(error: TRPCError): string {
  if (error.code !== 'INTERNAL_SERVER_ERROR') return error.message;
  return `Unexpected ${error.cause?.name ?? 'error'} in the engine; see its log.`;
}
