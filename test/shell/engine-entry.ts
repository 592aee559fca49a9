/** The window's engine with the fake trainer. */
import { serveWindow } from '../../src/main/shell/engine/engine-service.ts';
import { FAKE_PARTS } from '../trainers/fake/fake-trainer.ts';

await serveWindow(FAKE_PARTS);
