/** What a server answers to a notice is not read, whatever it is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sendNotice } from '../../../src/main/services/notices/send-notice.ts';
import { type Handler, serve } from '../../rewards/thinking/fault-server.ts';
import { HOSTILE_ANSWERS } from '../../setup/hostile-answers.ts';

const HOOK = { name: 'hook', way: 'webhook', target: '', secretVariable: '', events: ['disk'] } as const;
const NOTICE = { id: 'disk/1', event: 'disk', title: 'Disk', text: 'full', path: '/', at: 5 } as const;

for (const [name, answer] of Object.entries(HOSTILE_ANSWERS))
  test(`a hook that answers with ${name} has got its notice, and its connection is given up`, async () => {
    let closed: Promise<unknown> | undefined;
    const handler: Handler = (_, response) => {
      closed = new Promise((resolve) => response.once('close', resolve));
      answer(response);
    };
    const { base } = await serve(handler);
    const sent = await sendNotice({ ...HOOK, target: base, events: [...HOOK.events] }, NOTICE, { secret: null });
    assert.equal(sent.says, 'sent');
    await closed;
  });
