/** The process that the window starts: the engine with what the lab comes with. */
import { serveWindow } from './engine-service.ts';

await serveWindow();
