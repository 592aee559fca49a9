/** A study with more seeds: which they are, and what they would take. The runs that are there stay as they are. */
import { parseDocument } from 'yaml';
import { SophiaError } from '../../../shared/errors.ts';
import { parseStudy, type Study, studyHash, studyYaml } from '../../../shared/study/study.ts';
import type { Store } from '../../store/store.ts';
import { estimateStudy, type StudyEstimate } from './estimate.ts';

/** The most seeds that a study has. */
const MOST_SEEDS = 1000;
const LARGEST_SEED = 4294967295;

/** The next `count` seeds of a study: those after its largest one, and where these end the smallest that it lacks. */
export function nextSeeds({ name, seeds }: Pick<Study, 'name' | 'seeds'>, count: number): number[] {
  if (seeds.length + count > MOST_SEEDS)
    throw new SophiaError(
      'usage',
      `${name} would have ${seeds.length + count} seeds; a study has at most ${MOST_SEEDS}.`,
      `Add at most ${MOST_SEEDS - seeds.length}.`,
    );
  const used = new Set(seeds);
  const found: number[] = [];
  for (let seed = Math.max(...seeds) + 1; seed <= LARGEST_SEED && found.length < count; seed++) found.push(seed);
  for (let seed = 0; found.length < count; seed++) if (!used.has(seed)) found.push(seed);
  return found;
}

/** The study with these seeds besides, and its text: the one given with its list of seeds changed, comments kept. */
export function withSeeds(plan: Study, text: string, seeds: readonly number[]): { study: Study; yaml: string } {
  const study = { ...plan, seeds: [...plan.seeds, ...seeds] };
  const document = parseDocument(text);
  document.set('seeds', document.createNode(study.seeds, { flow: true }));
  const yaml = document.toString({ lineWidth: 100 });
  return { study, yaml: isText(yaml, study) ? yaml : studyYaml(study) };
}

/** Whether a text says this study; a stored one may be of an older program, or of options given beside it. */
function isText(yaml: string, study: Study): boolean {
  try {
    return studyHash(parseStudy(yaml, study.name)) === studyHash(study);
  } catch {
    return false;
  }
}

/** What `count` more seeds of a study would be, and take. */
export function moreSeeds(
  store: Store,
  studyId: number,
  count: number,
  parallel: number,
): { readonly seeds: number[]; readonly isRegistered: boolean; readonly estimate: StudyEstimate } {
  const { plan } = store.study(studyId);
  const seeds = nextSeeds(plan, count);
  const isRegistered = store.registrationOf(studyId).state === 'registered';
  return { seeds, isRegistered, estimate: estimateStudy(store, { ...plan, seeds }, parallel) };
}
