/** Whether a study's name is taken, which is told before a start: the store would give it another in silence. */
import { type Study, studyHash } from '../../../shared/study/study.ts';
import type { Store } from '../../store/store.ts';
import { freeName } from '../../store/write/names/free-name.ts';

/** A study that is in the way. */
export interface TakenName {
  readonly studyId: number;
  /** The very same study: a start goes on with it. */
  readonly isSame: boolean;
  /** A name near the wanted one that is free. */
  readonly free: string;
}

/** The study that has this one's name, or is this one; null where there is none. */
export function takenName(store: Store, study: Study): TakenName | null {
  const kept = store.listStudies({ archived: true });
  const all = [...kept, ...store.listStudies({ trashed: true })];
  const hash = studyHash(study);
  const same = kept.find((other) => other.hash === hash);
  const named = all.find((other) => other.name === study.name);
  const found = same ?? named;
  if (found === undefined) return null;
  const free = freeName(study.name, (name) => all.some((other) => other.name === name));
  return { studyId: found.id, isSame: same !== undefined, free };
}
