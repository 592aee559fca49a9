/** `sophia doctor --deep`: what a home holds, against what was recorded of it, in lines or as JSON. */
import { resolveHome } from '../../store/open/home.ts';
import type { GlobalOptions } from '../common/verb.ts';

/** Examines the home and prints it; exit code 1 where a result or a resume is harmed. */
export async function printDeep(options: GlobalOptions): Promise<void> {
  const { openStore } = await import('../../store/store.ts');
  const { examineHome } = await import('../../services/examine-home.ts');
  const store = openStore(resolveHome(options.home), { readonly: true });
  try {
    const found = await examineHome(store);
    if (found.findings.some(({ harm }) => harm)) process.exitCode = 1;
    if (options.json) return console.log(JSON.stringify(found, null, 2));
    const { tables, checkpoints, datasets, evaluations } = found.checked;
    console.log(`home: ${store.paths.home}`);
    console.log(
      `checked: ${tables} tables, ${checkpoints} checkpoints, ${datasets} data sets, ${evaluations} shared answers`,
    );
    for (const { what, fix, harm } of found.findings)
      console.log(`${harm ? 'harm' : 'note'}  ${what}. ${fix}`.trimEnd());
    console.log(
      found.findings.length === 0 ? 'Everything is as it was recorded.' : `${found.findings.length} findings.`,
    );
  } finally {
    store.close();
  }
}
