/** Builds: which pairs of an annotation a training set holds, in which order, and what became of the others. */
import type { Database } from 'better-sqlite3';
import { BINS, FATES } from '../../../shared/trm/builds.ts';
import type { TrmKind } from '../../../shared/trm/models.ts';
import { query, type Selected } from '../schema/select.ts';
import { checkFree, findNamed, found } from './find.ts';
import {
  TRM_BUILD,
  TRM_BUILD_PAIR,
  TRM_BUILT_PAIR,
  TRM_FLOW,
  type TrmBuildRow,
  type TrmFlowRow,
  type TrmHistogram,
  type TrmPairRow,
} from './rows.ts';

/** A build to be stored. `pairs` holds every pair of the annotation; `position` is its place in the training order, null where it has none. */
export interface NewBuild {
  readonly name: string;
  readonly kind: TrmKind;
  readonly annotationId: number;
  readonly options: unknown;
  readonly flow: readonly TrmFlowRow[];
  readonly pairs: readonly {
    readonly pairId: number;
    readonly fate: string;
    readonly position: number | null;
    readonly score: number | null;
  }[];
}

/** A sampled pair, in training order, with what the annotator said of it. */
export type BuiltPair = Selected<typeof TRM_BUILT_PAIR>;

const FROM = `FROM trm_builds b JOIN trm_annotations a ON a.id = b.annotation_id JOIN trm_datasets d ON d.id = a.dataset_id`;

/** The reads over an open database. */
export function trmBuildQueries(db: Database) {
  const all = query(db, TRM_BUILD, `${FROM} ORDER BY b.id`);
  const byId = query(db, TRM_BUILD, `${FROM} WHERE b.id = ?`);
  const flow = query(db, TRM_FLOW, 'FROM trm_build_flow f WHERE f.build_id = ? ORDER BY f.position');
  const counts = db.prepare<[number], { fate: string; bin: number; n: number }>(
    `SELECT fate, min(${BINS - 1}, CAST(score * ${BINS} + 1e-9 AS INTEGER)) AS bin, count(*) AS n FROM trm_build_pairs
     WHERE build_id = ? AND score IS NOT NULL GROUP BY fate, bin`,
  );
  const pairs = query(
    db,
    TRM_BUILD_PAIR,
    `FROM trm_build_pairs b JOIN trm_pairs p ON p.id = b.pair_id
     JOIN questions q ON q.id = p.question_id
     WHERE b.build_id = @id AND b.fate = @fate AND b.pair_id > @after ORDER BY b.pair_id LIMIT @limit`,
  );
  const sampled = query(
    db,
    TRM_BUILT_PAIR,
    `FROM trm_build_pairs b
     JOIN trm_builds c ON c.id = b.build_id JOIN trm_pairs p ON p.id = b.pair_id JOIN questions q ON q.id = p.question_id
     LEFT JOIN trm_scores s ON s.annotation_id = c.annotation_id AND s.asking = 0 AND s.pair_id = p.id
     WHERE b.build_id = ? AND b.fate = '${FATES.sampled}' ORDER BY b.position`,
  );
  return {
    /** All builds. */
    trmBuilds: (): TrmBuildRow[] => all.all(),

    /** One build by name or id; throws `usage` for an unknown one. */
    trmBuild: (reference: string | number): TrmBuildRow =>
      found(byId.get(findNamed(db, 'trm_builds', reference)), reference),

    /** A build's filters in the order applied, with what each dropped and left. */
    trmFlow: (buildId: number): TrmFlowRow[] => flow.all(buildId),

    /** Pairs per score interval before filtering, after it and after sampling. */
    trmHistogram(buildId: number): TrmHistogram {
      const rows = counts.all(buildId);
      const bins = (fits: (fate: string) => boolean) =>
        rows
          .filter((row) => fits(row.fate))
          .reduce((sums, { bin, n }) => sums.with(bin, sums[bin]! + n), Array<number>(BINS).fill(0));
      return {
        before: bins(() => true),
        filtered: bins((fate) => fate === FATES.sampled || fate === FATES.notSampled),
        sampled: bins((fate) => fate === FATES.sampled),
      };
    },

    /** Pairs of a build with one fate, by id, after an id. */
    trmBuildPairs: (buildId: number, fate: string, after = 0, limit = 100): TrmPairRow[] =>
      pairs.all({ id: buildId, fate, after, limit }),

    /** The training set of a build, in order. */
    builtPairs: (buildId: number): BuiltPair[] => sampled.all(buildId),
  };
}

/** The writes over an open database. */
export function trmBuildWriter(db: Database, now: () => number) {
  const insert = db.prepare(
    'INSERT INTO trm_builds (name, kind, annotation_id, options, collected, kept, sampled, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const addFlow = db.prepare('INSERT INTO trm_build_flow VALUES (?, ?, ?, ?, ?, ?)');
  const addPair = db.prepare(
    'INSERT INTO trm_build_pairs (build_id, pair_id, fate, position, score) VALUES (?, ?, ?, ?, ?)',
  );
  return {
    /** Stores a build whole, in one transaction; returns its id. Throws `conflict` for a taken name. */
    addTrmBuild({ name, kind, annotationId, options, flow, pairs }: NewBuild): number {
      return db
        .transaction(() => {
          checkFree(db, 'trm_builds', name);
          const kept = flow.at(-1)?.leftOver ?? pairs.length;
          const sampled = pairs.filter((pair) => pair.fate === FATES.sampled).length;
          const row = [name, kind, annotationId, JSON.stringify(options), pairs.length, kept, sampled, now()];
          const id = Number(insert.run(...row).lastInsertRowid);
          flow.forEach((stage, i) => {
            addFlow.run(id, i, stage.filter, Number(stage.switchedOn), stage.dropped, stage.leftOver);
          });
          for (const { pairId, fate, position, score } of pairs) addPair.run(id, pairId, fate, position, score);
          return id;
        })
        .immediate();
    },
  };
}
