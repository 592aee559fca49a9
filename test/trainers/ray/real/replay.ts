/** Rows as a job's own file has them: its events, given to an engine by a trainer that only reads them. */
import { readFileSync } from 'node:fs';
import { Engine } from '../../../../src/main/engine/engine.ts';
import type { Trainer } from '../../../../src/main/jobs/trainer.ts';
import { saidEnd } from '../../../../src/main/trainers/said-end.ts';
import { parseEventLine } from '../../../../src/shared/run/event-lines.ts';
import { parseStudy } from '../../../../src/shared/study/study.ts';
import { rowsOf, temporaryFolder } from '../../../store/helpers.ts';

/** Rows of a study's only run, from events.jsonl of its only attempt. */
export async function rowsOfFile(yaml: string, events: string): Promise<unknown> {
  const trl: Trainer = {
    check: () => [],
    start(_plan, sink) {
      let end = null;
      for (const line of readFileSync(events, 'utf8').split('\n').slice(0, -1)) {
        const { event, sequence, at } = parseEventLine(line, events);
        sink.event(event, sequence, at);
        end = saidEnd(event) ?? end;
      }
      const outcome = Promise.resolve(end ?? { state: 'failed' as const, reason: 'It says no end.' });
      return { outcome, stop: () => {}, kill: () => {} };
    },
    attach: () => null,
  };
  const engine = new Engine({ home: temporaryFolder(), trainers: () => ({ trl }) });
  engine.startStudy(parseStudy(yaml, 'test'), yaml);
  await engine.queue.whenIdle();
  const rows = rowsOf(engine.store, 1);
  await engine.close();
  return rows;
}
