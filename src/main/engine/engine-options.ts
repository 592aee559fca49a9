/** How an engine is made: where, of which parts, and who is told what happens. */

import type { Notice } from '../../shared/app/notices.ts';
import type { SophiaError } from '../../shared/errors.ts';
import type { RunEvent, RunState } from '../../shared/run/run-events.ts';
import type { TrainerFactory } from '../trainers/trainers.ts';

/** What an engine is put together from, where that is not what the lab comes with. */
export interface EngineParts {
  readonly trainers?: TrainerFactory;
  /** The file of the command line that steps of the TRM's pipeline and verifications are run by. */
  readonly commandLine?: string;
}

export interface EngineOptions extends EngineParts {
  readonly home: string;
  /** Runs at a time; the cores are divided between them. */
  readonly parallel?: number;
  readonly graceMs?: number;
  /** The Node that runs other processes; needed where the engine itself runs inside Electron. */
  readonly node?: string;
  readonly onEvent?: (runId: number, event: RunEvent) => void;
  /** Hears each notice once, when it is made. */
  readonly onNotice?: (notice: Notice) => void;
  /** The home is not there any more, or another one: runs are being ended, and whoever has the engine is to close it and to tell why. */
  readonly onLost?: (why: SophiaError) => void;
  readonly onState?: (runId: number, state: RunState, reason: string | null) => void;
}
