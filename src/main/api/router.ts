/** The whole API. The page imports this file's type and nothing else of the engine. */

import { archivesRouter } from './routers/archives.ts';
import { dataRouter } from './routers/data.ts';
import { engineRouter } from './routers/engine.ts';
import { live } from './routers/live.ts';
import { logsRouter } from './routers/logs.ts';
import { modelsRouter } from './routers/models.ts';
import { noticesRouter } from './routers/notices.ts';
import { reportsRouter } from './routers/reports.ts';
import { evaluationsRouter, responsesRouter } from './routers/responses.ts';
import { runsRouter } from './routers/runs.ts';
import { settingsRouter } from './routers/settings.ts';
import { studiesRouter } from './routers/studies.ts';
import { tablesRouter } from './routers/tables.ts';
import { trashRouter } from './routers/trash.ts';
import { trmRouter } from './routers/trm.ts';
import { validationRouter } from './routers/validation.ts';
import { viewsRouter } from './routers/views.ts';
import { whatIfRouter } from './routers/what-if.ts';
import { router } from './trpc.ts';

/** The whole API; clients import its type alone. */
export const appRouter = router({
  studies: studiesRouter,
  runs: runsRouter,
  views: viewsRouter,
  responses: responsesRouter,
  evaluations: evaluationsRouter,
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
