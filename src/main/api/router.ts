/** The whole API. The page imports this file's type and nothing else of the engine. */

import { engineRouter } from './routers/home/engine.ts';
import { live } from './routers/home/live.ts';
import { noticesRouter } from './routers/home/notices.ts';
import { settingsRouter } from './routers/home/settings.ts';
import { trashRouter } from './routers/home/trash.ts';
import { validationRouter } from './routers/home/validation.ts';
import { dataRouter } from './routers/model/data.ts';
import { modelsRouter } from './routers/model/models.ts';
import { trmRouter } from './routers/model/trm.ts';
import { answersRouter } from './routers/run/answers.ts';
import { evaluationsRouter, responsesRouter } from './routers/run/responses.ts';
import { runsRouter } from './routers/run/runs.ts';
import { whatIfRouter } from './routers/run/what-if.ts';
import { archivesRouter } from './routers/study/archives.ts';
import { logsRouter } from './routers/study/logs.ts';
import { reportsRouter } from './routers/study/reports.ts';
import { studiesRouter } from './routers/study/studies.ts';
import { tablesRouter } from './routers/study/tables.ts';
import { viewsRouter } from './routers/study/views.ts';
import { router } from './trpc.ts';

/** The whole API; clients import its type alone. */
export const appRouter = router({
  studies: studiesRouter,
  runs: runsRouter,
  views: viewsRouter,
  responses: responsesRouter,
  evaluations: evaluationsRouter,
  answers: answersRouter,
  tables: tablesRouter,
  reports: reportsRouter,
  whatIf: whatIfRouter,
  archives: archivesRouter,
  logs: logsRouter,
  trash: trashRouter,
  trm: trmRouter,
  models: modelsRouter,
  data: dataRouter,
  settings: settingsRouter,
  notices: noticesRouter,
  validation: validationRouter,
  engine: engineRouter,
  live,
});

export type AppRouter = typeof appRouter;
