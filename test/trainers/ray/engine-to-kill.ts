/** An engine with runs on a cluster, for the test that kills it: prints each step that is on disk. Arguments: the home, and a study's text or nothing. */
import { Engine } from '../../../src/main/engine/engine.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';
import { fastTrl } from './fast-trl.ts';

const [home, yaml] = process.argv.slice(2) as [string, string | undefined];
const engine = new Engine({
  home,
  trainers: fastTrl,
  onEvent: (_runId, event) => {
    if (event.kind === 'step') console.log(event.step);
  },
});
if (yaml !== undefined) await engine.startStudyOn('lab', parseStudy(yaml, 'test'), yaml);
