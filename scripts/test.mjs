/** `npm test`: set-up, then every check; ends with `N passed, N failed`. `npm test -- PATTERN` runs the matching test files only. */
import { runOnNode24 } from './run.mjs';

await runOnNode24('scripts/test/main.mjs', process.argv.slice(2));
