/**
 * The differences that a study is made to tell, as its file declares them before it runs: "full - grpo" is variant full minus variant grpo. Stars
 * and verdicts are about these alone; every other difference of a table describes.
 */
import { nearestName, SophiaError } from '../errors.ts';

/** One declared difference: `arm` minus `against`, both names of variants. */
export interface ArmContrast {
  readonly arm: string;
  readonly against: string;
}

/** What of a study says which differences it is made to tell. */
interface ContrastedStudy {
  readonly variants: readonly { readonly name: string }[];
  readonly baseline: string;
  readonly contrasts?: readonly string[];
}

/** "full - grpo": names hold hyphens, so there is a space on either side of the minus. */
const FORM = /^\s*(\S+)\s+[-\u2212\u2013]\s+(\S+)\s*$/;
const HOW = 'Write two variants with " - " between them, such as full - grpo.';

/** A contrast as a study file writes it. */
export function contrastText({ arm, against }: ArmContrast): string {
  return `${arm} - ${against}`;
}

/** A contrast as people read it: a minus sign between names that hold hyphens is misread. The first minus the second. */
export function contrastWords({ arm, against }: ArmContrast): string {
  return `${arm} vs. ${against}`;
}

/** The contrasts of a study: as declared, or every other variant against the baseline where its file declares none. */
export function studyContrasts({ variants, baseline, contrasts }: ContrastedStudy): ArmContrast[] {
  if (contrasts !== undefined) return contrasts.flatMap((text) => readContrast(text) ?? []);
  return variants.flatMap(({ name }) => (name === baseline ? [] : [{ arm: name, against: baseline }]));
}

/** Checks what a file declares; each comes back in the one form that is stored. A fault is one usage error with the nearest name. */
export function checkContrasts(texts: readonly string[], variants: readonly string[], where: string): string[] {
  const seen = new Map<string, string>();
  return texts.map((text) => {
    const fault = (what: string, fix: string) =>
      new SophiaError('usage', `${where}: contrasts: ${what}.`, fix, {
        field: { path: 'contrasts', reason: `${what}. ${fix}` },
      });
    const found = readContrast(text);
    if (found === null) throw fault(`"${text}" is not a difference of two variants`, HOW);
    const unknown = [found.arm, found.against].find((name) => !variants.includes(name));
    if (unknown !== undefined) {
      const nearest = nearestName(unknown, variants);
      const fix = nearest === undefined ? `The study has: ${variants.join(', ')}.` : `Did you mean "${nearest}"?`;
      throw fault(`the study has no variant "${unknown}"`, fix);
    }
    const written = contrastText(found);
    if (found.arm === found.against) throw fault(`"${written}" is a variant minus itself`, 'Name two variants.');
    const pair = [found.arm, found.against].sort().join(' ');
    const before = seen.get(pair);
    if (before !== undefined)
      throw before === written
        ? fault(`"${written}" is listed twice`, 'Leave one out.')
        : fault(`"${written}" is "${before}" turned round`, 'Leave one out.');
    seen.set(pair, written);
    return written;
  });
}

function readContrast(text: string): ArmContrast | null {
  const [, arm, against] = FORM.exec(text) ?? [];
  return arm === undefined || against === undefined ? null : { arm, against };
}
