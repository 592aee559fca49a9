/** The notifier of a home, as the engine puts it together: which secrets a hook may have, when the disk is low. */
import type { Notice } from '../../../shared/app/notices.ts';
import type { HomeSettings } from '../../../shared/settings/home-settings.ts';
import { diskRoom } from '../../model/io/local-path.ts';
import type { Store } from '../../store/store.ts';
import type { Changes } from '../changes.ts';
import { Notifier } from './notifier.ts';

/** Free bytes below which the disk is low: checkpoints of a few steps. */
const LOW_BYTES = 2 * 2 ** 30;

/** What of the engine the notifier needs. */
export interface HomeNotifierOptions {
  readonly store: Store;
  readonly changes: Changes;
  readonly settings: () => HomeSettings;
  /** The secret that goes by a variable, or null. */
  readonly secretOf: (variable: string) => string | null;
  /** Why no run may start for want of room, or null. */
  readonly refusal: () => Promise<string | null>;
  readonly onNotice: ((notice: Notice) => void) | undefined;
}

/** Starts telling. */
export function homeNotifier({ store, changes, settings, secretOf, refusal, onNotice }: HomeNotifierOptions): Notifier {
  const keyVariables = () => {
    const { endpoints, clusters } = settings();
    return [...endpoints.map(({ keyVariable }) => keyVariable), ...clusters.map(({ tokenVariable }) => tokenVariable)];
  };
  return new Notifier({
    ...{ store, changes, onNotice },
    hooks: () => settings().hooks,
    secrets: ({ secretVariable }) => {
      const hidden = new Set(keyVariables());
      return { secret: hidden.has(secretVariable) ? null : secretOf(secretVariable), hidden };
    },
    diskProblem: async () => {
      const over = await refusal();
      if (over !== null) return over;
      const { free } = await diskRoom(store.paths.home);
      return free >= LOW_BYTES ? null : `${(free / 2 ** 30).toFixed(1)} GiB are free on the disk of the home.`;
    },
  });
}
