/** Lets go of decoded pictures, which a canvas keeps outside of JavaScript's heap. */
import { setImmediate } from 'node:timers/promises';

/**
 * Gives memory of pictures back that nobody holds any more: it is freed in a turn of the event loop after its canvas was collected, and a loop that
 * awaits promises alone reaches none. To be awaited once for each picture or each few, in loops over pictures.
 */
export const letGoOfPictures = (): Promise<void> => setImmediate();
