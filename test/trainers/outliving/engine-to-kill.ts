/**
 * An engine with the outliving trainer, for the test that kills it: prints the number of each step that is on disk. Arguments: the home, and a
 * study's text where one is to be started.
 */
import { Engine } from '../../../src/main/engine/engine.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';
import { outlivingTrainers } from './outliving-trainer.ts';

const [home, yaml] = process.argv.slice(2) as [string, string | undefined];
const engine = new Engine({
  home,
  trainers: outlivingTrainers,
  onEvent: (_runId, event) => {
    if (event.kind === 'step') console.log(event.step);
  },
});
if (yaml !== undefined) engine.startStudy(parseStudy(yaml, 'test'));
