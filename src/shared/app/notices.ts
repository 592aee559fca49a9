/**
 * What users are told of without looking: the events, the ways they are sent, what is sent. Settings, page, window and engine share it.
 * Secrets are never in here: a way names the variable that its secret goes by.
 */
import { z } from 'zod';
import type { Kind } from '../kinds/kind.ts';
import { namesOf } from '../kinds/kind.ts';
import { isBaseUrl, KEY_VARIABLE } from '../settings/base-url.ts';

/** What is told. */
export const NOTICE_EVENTS = {
  'run-failed': { title: 'A run failed', help: 'Or was killed, as when memory runs out, or lost by its cluster.' },
  'study-finished': { title: 'A study finished' },
  hacking: { title: 'Hacking watch', help: 'The thinking reward rises while the rubric or the outcome reward falls.' },
  endpoint: {
    title: 'An endpoint fails',
    help: 'Half of the thinking scores of a step, or a run pauses because of it.',
  },
  disk: { title: 'Disk is low', help: 'Less than 2 GiB free, or the home above its limit.' },
} as const satisfies Record<string, Kind>;
/** A name of NOTICE_EVENTS. */
export type NoticeEvent = keyof typeof NOTICE_EVENTS;

/** How it is sent. */
export const NOTICE_WAYS = {
  webhook: {
    title: 'Webhook (JSON)',
    help: 'POST of {id, event, title, text, path, at}. The secret, if there is one, is sent as Authorization: Bearer.',
  },
  slack: {
    title: 'Slack',
    help: 'POST of {text} to an incoming webhook; Mattermost and others take the same. The secret is the whole address.',
  },
  command: {
    title: 'Command',
    help: 'Run by the shell of the engine’s machine with SOPHIA_EVENT, SOPHIA_TITLE, SOPHIA_TEXT and SOPHIA_PATH, and the JSON on its input. The secret is in its environment.',
  },
} as const satisfies Record<string, Kind>;
/** A name of NOTICE_WAYS. */
export type NoticeWay = keyof typeof NOTICE_WAYS;

/** Longest command and address. */
const MOST = 4000;

/** Where notices are sent. */
export const noticeHookSchema = z
  .strictObject({
    name: z.string().trim().min(1, 'is missing').max(60),
    way: z.enum(namesOf(NOTICE_WAYS)),
    /** An address, or a command; empty where the secret of Slack is the address. */
    target: z.string().trim().max(MOST, `is longer than ${MOST} characters`),
    secretVariable: z
      .string()
      .refine(
        (name) => name === '' || KEY_VARIABLE.test(name),
        'must be capitals, digits and _, such as SLACK_WEBHOOK',
      ),
    events: z.array(z.enum(namesOf(NOTICE_EVENTS))).min(1, 'choose at least one'),
  })
  .superRefine(({ way, target, secretVariable }, check) => {
    const fault =
      way === 'command'
        ? target === '' && 'is missing: what is to be run?'
        : way === 'slack' && target === ''
          ? secretVariable === '' && 'is missing: give the address, or the variable whose secret it is'
          : !isBaseUrl(target) && 'must be an http or https address without user name and password';
    if (fault) check.addIssue({ code: 'custom', path: ['target'], message: fault });
  });
/** A hook of a home. */
export type NoticeHook = z.infer<typeof noticeHookSchema>;

/** A hook without what was added to it for showing. */
export const plainHook = ({ name, way, target, secretVariable, events }: NoticeHook): NoticeHook => ({
  name,
  way,
  target,
  secretVariable,
  events,
});

/** One thing that is told. `id` is the same however often it is seen: receivers can know it by that. */
export interface Notice {
  readonly id: string;
  readonly event: NoticeEvent;
  readonly title: string;
  readonly text: string;
  /** The page that shows it, such as /runs/3. */
  readonly path: string;
  readonly at: number; // Unix time, ms
}

/** How sending one notice by one hook went; `says` is a few words. */
export interface Delivery {
  readonly hook: string;
  readonly state: 'waiting' | 'sending' | 'sent' | 'failed' | 'unknown';
  readonly says: string;
}

/** A notice with what became of it. */
export interface ToldNotice extends Notice {
  readonly deliveries: readonly Delivery[];
}
