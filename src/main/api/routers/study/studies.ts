/** Studies: the list, one with its matrix, starting from a file's text, stopping, resuming, tidying up. */
import { z } from 'zod';
import { EVALUATION_MODES } from '../../../../shared/kinds/evaluation-mode.ts';
import { namesOf } from '../../../../shared/kinds/kind.ts';
import { parseStudy, planRuns } from '../../../../shared/study/study.ts';
import { LIMITS } from '../../../../shared/values/limits.ts';
import { beside } from '../../../services/beside/beside.ts';
import { deleteStudy, restoreStudy, trashStudy } from '../../../services/runs/trash.ts';
import { estimateStudy } from '../../../services/studies/estimate.ts';
import { listExamples } from '../../../services/studies/examples.ts';
import { studyInputs } from '../../../services/studies/inputs.ts';
import { moreSeeds } from '../../../services/studies/more-seeds.ts';
import { takenName } from '../../../services/studies/taken-name.ts';
import { studyPurity } from '../../../store/read/purity.ts';
import { studyVerdict } from '../../../store/verdict/verdict.ts';
import { placeOf } from '../../context.ts';
import { byId, id, text } from '../../inputs.ts';
import { procedure, router } from '../../trpc.ts';

const seedCount = byId.extend({ count: z.int().min(1).max(1000) });
const yaml = z.strictObject({ yaml: text(LIMITS.yaml), where: text(200).default('study') });

/** Studies: list, matrix, start, stop, archive, trash. */
export const studiesRouter = router({
  list: procedure
    .input(z.strictObject({ archived: z.boolean().optional(), trashed: z.boolean().optional() }).default({}))
    .query(({ ctx, input }) => ({ cursor: ctx.store.newestCursor(), studies: ctx.store.listStudies(input) })),

  /** A study, its runs, and the cursor from which live updates continue. */
  get: procedure.input(byId).query(({ ctx, input }) => {
    const cursor = ctx.store.newestCursor();
    return { cursor, ...ctx.store.studyMatrix(input.id) };
  }),

  /** The study files that come with the program. */
  examples: procedure.query(() => listExamples()),

  /** Reads a study's text: its runs, or the one line that says what is wrong. Nothing is stored. */
  check: procedure.input(yaml).query(({ ctx, input }) => {
    const study = parseStudy(input.yaml, input.where);
    return {
      study,
      taken: takenName(ctx.store, study),
      runs: planRuns(study).map(({ settings, ...run }) => ({ ...run, totalSteps: settings.training.totalSteps })),
    };
  }),

  /** Time, memory and disk that a study will take, from runs of this home. */
  estimate: procedure
    .input(yaml)
    .query(({ ctx, input }) =>
      estimateStudy(ctx.store, parseStudy(input.yaml, input.where), ctx.engine.status().parallel),
    ),

  /** What its pictures will cost, where that is much: their files' headers are read, beside the engine. */
  pictureWarnings: procedure
    .input(yaml)
    .query(({ ctx, input, signal }) => beside(placeOf(ctx), 'pictureWarnings', { yaml: input.yaml }, signal)),

  /** What all arms of a study will share: code, data, models. Large models are read the first time, which takes a while. */
  inputs: procedure
    .input(yaml)
    .query(({ ctx, input }) => studyInputs(ctx.store.paths.home, parseStudy(input.yaml, input.where))),

  /** What the study says of its contrasts so far; `effect`: the difference that seeds are counted for, a share. */
  verdict: procedure
    .input(
      byId.extend({
        mode: z.enum(namesOf(EVALUATION_MODES)).optional(),
        effect: z.number().min(1e-4).max(1).optional(),
      }),
    )
    .query(({ ctx, input: { id: studyId, ...options } }) => studyVerdict(ctx.store, studyId, options)),

  /** Whether the arms differ in the named settings alone, by what their runs recorded. */
  purity: procedure.input(byId).query(({ ctx, input }) => studyPurity(ctx.store, input.id)),

  /** What its runs would miss on this machine, a line each, and what the first one does before it trains. */
  lookHere: procedure.input(yaml).query(({ ctx, input }) => {
    const { problems, ahead } = ctx.engine.lookHere(parseStudy(input.yaml, input.where));
    return { problems: problems.map(({ message }) => message), ahead };
  }),

  /** Puts a study on record before its first run; the same study again is the same registration. */
  register: procedure
    .input(yaml)
    .mutation(({ ctx, input }) => ctx.store.registerStudy(parseStudy(input.yaml, input.where))),

  /** Adds a study and queues its runs, on this machine or a cluster; a study that is there already is continued. */
  start: procedure.input(yaml.extend({ on: text(64).optional() })).mutation(({ ctx, input }) => {
    const study = parseStudy(input.yaml, input.where);
    if (input.on === undefined) return ctx.engine.startStudy(study, input.yaml);
    return ctx.engine.startStudyOn(input.on, study, input.yaml);
  }),

  stop: procedure.input(byId).mutation(({ ctx, input }) => ({ runs: ctx.engine.stopStudy(input.id) })),
  resume: procedure.input(byId).mutation(({ ctx, input }) => ({ runs: ctx.engine.resumeStudy(input.id) })),
  /** Fills the gaps of the matrix: runs that are missing are added, all unfinished ones queued. */
  fill: procedure.input(byId).mutation(({ ctx, input }) => ctx.engine.fillStudy(input.id)),
  /** What more seeds of a study would be, and take: time and disk by what ran in this home. */
  moreSeeds: procedure
    .input(seedCount)
    .query(({ ctx, input }) => moreSeeds(ctx.store, input.id, input.count, ctx.engine.status().parallel)),
  /** Adds the next seeds of a study and queues their runs. */
  addSeeds: procedure.input(seedCount).mutation(({ ctx, input }) => ctx.engine.addSeeds(input.id, input.count)),
  rename: procedure
    .input(z.strictObject({ id, name: text(64) }))
    .mutation(({ ctx, input }) => ctx.store.renameStudy(input.id, input.name)),
  note: procedure
    .input(z.strictObject({ id, notes: text(LIMITS.notes) }))
    .mutation(({ ctx, input }) => ctx.store.setStudyNotes(input.id, input.notes)),
  tag: procedure
    .input(z.strictObject({ id, tags: z.array(text(LIMITS.tag)).max(LIMITS.tags) }))
    .mutation(({ ctx, input }) => ctx.store.setStudyTags(input.id, input.tags)),
  archive: procedure
    .input(z.strictObject({ id, archived: z.boolean() }))
    .mutation(({ ctx, input }) => ctx.store.archiveStudy(input.id, input.archived)),
  /** Lets the runs of an imported study be continued. Archives themselves go over /archive (archive-transfer.ts). */
  unlock: procedure.input(byId).mutation(({ ctx, input }) => ctx.store.unlockStudy(input.id)),
  trash: procedure.input(byId).mutation(({ ctx, input }) => trashStudy(ctx, input.id)),
  restore: procedure.input(byId).mutation(({ ctx, input }) => restoreStudy(ctx.store, input.id)),
  delete: procedure.input(byId).mutation(({ ctx, input }) => deleteStudy(ctx, input.id)),
});
