/** What each part of the reward is responsible for, in words. */
import { LEAST_LEVERAGE } from '../../../shared/run/metrics.ts';
import { percent } from '../../text/format.ts';

/** Leverage as shares; null where the part is off. */
interface Leverage {
  readonly thinking: number | null;
  readonly trust: number | null;
  readonly annealing: number | null;
}

/** "thinking reward 35 %, trust 1.1 % (too little to show in answers), annealing off". */
export function leverageText(leverage: Leverage): string {
  const part = (name: string, share: number | null) =>
    share === null
      ? `${name} off`
      : `${name} ${percent(share)} %${share < LEAST_LEVERAGE ? ' (too little to show in answers)' : ''}`;
  return [
    part('thinking reward', leverage.thinking),
    part('trust', leverage.trust),
    part('annealing', leverage.annealing),
  ].join(', ');
}
