/** What the palette offers on the page Compare: how curves are looked at, the baseline, what is pinned beside every comparison. */
import { api } from '../../api/client.ts';
import { curveCommands } from '../../charts/lines/curve-commands.ts';
import { showAll } from '../../charts/lines/part/part-in-view.svelte.ts';
import type { Action } from '../../state/actions.svelte.ts';
import { chartView } from '../../state/curves/chart-view.svelte.ts';
import { route } from '../../state/route.svelte.ts';
import { runList } from '../../state/run-list.svelte.ts';
import { attempt } from '../../state/toasts.svelte.ts';

/** What is compared, as far as this needs it. */
interface Arm {
  readonly key: string;
  readonly label: string;
  readonly runs: readonly number[];
}

/** Band, axes, smoothing, outliers, zoom of all charts as they are now. */
export function curveActions(): Action[] {
  return curveCommands(chartView.current).map(({ change, ...command }) => ({
    ...command,
    run: () => (change === 'show all' ? showAll() : chartView.set(change)),
  }));
}

/** Another baseline; and, of arms that are one run, pinning it beside every comparison or taking the pin off. */
export function armActions(arms: readonly Arm[], baseline: string | undefined): Action[] {
  const others = arms.filter((arm) => arm.key !== baseline);
  const single = arms.filter((arm) => arm.runs.length === 1);
  return [
    ...others.map(({ key, label }) => ({
      id: `baseline-${key}`,
      title: `Baseline: ${label}`,
      run: () => route.setQuery({ base: key }),
    })),
    ...single.flatMap(({ label, runs: [id] }) => {
      if (id === undefined) return [];
      const isPinned = runList.runs.some((run) => run.id === id && run.pinned);
      return {
        id: `pin-${id}`,
        title: isPinned ? `Unpin ${label}` : `Pin ${label} beside every comparison`,
        run: () => attempt(() => api.runs.pin.mutate({ id, pinned: !isPinned })).then(() => runList.renew()),
      };
    }),
  ];
}
