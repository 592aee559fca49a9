/** When a study cannot show a difference, and why, from what its runs logged. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { studyTable } from '../../../src/main/store/table/table.ts';
import { knownStudy, seeds } from './measured-verdict.ts';

const trust = (metrics: Readonly<Record<string, number | null>>, settings = '') =>
  knownStudy(
    `variants: [{wo-trust: ${settings || '{}'}}, {full: ${settings || '{}'}}]\ncontrasts: [full - wo-trust]\n${seeds(5)}`,
    (variant, seed) => ({ right: 50 + (variant === 'full' ? seed : 0), metrics: variant === 'full' ? metrics : {} }),
  );

describe('leverage of a contrast', () => {
  it('below a tenth is told before the figures: the TRM is honest', () => {
    const { store, studyId, verdict } = trust({
      'leverage/thinking': 0.35,
      'leverage/trust': 0.011,
      'trust/gamma_two_sided/mean': 0.985,
      'trust/mu_difference/mean': 0.12,
      'trust/two_sided_share': 0.6,
    });
    const [contrast] = verdict.contrasts;
    assert.deepEqual([contrast!.leverage.parts, contrast!.leverage.isTooSmall], [['trust'], true]);
    assert.match(
      contrast!.sentence,
      /^Trust \(full vs\. wo-trust\): cannot be seen: leverage 1\.1 %\. This study cannot show it whatever its seeds, as trust changed 1\.1 % of the training signal, because the TRM is honest: in groups with right and wrong answers gamma is 0\.985 \(mu_c - mu_w \+0\.120\), so there is nothing to distrust\. Measured: \+2\.0 points of accuracy \(test average\), 95 % interval /,
    );
    assert.match(studyTable(store, studyId).notes.join(' '), /full vs\. wo-trust cannot be seen: leverage 1\.1 %/);
  });

  it('of a trust that does not notice better-rated wrong answers: the TRM is not called honest', () => {
    const metrics = {
      'leverage/thinking': 0.6,
      'leverage/trust': 0.027,
      'trust/gamma_two_sided/mean': 0.987,
      'trust/mu_difference/mean': -0.097,
      'trust/two_sided_share': 0.6,
    };
    const { verdict } = knownStudy(
      `variants: [wo-trust, {full: {reward: {trust: mc-dropout}}}]\ncontrasts: [full - wo-trust]\n${seeds(5)}`,
      (variant) => ({ right: 50, metrics: variant === 'full' ? metrics : {} }),
    );
    assert.deepEqual(verdict.contrasts[0]!.leverage.reasons, [
      'this trust (mc-dropout) does not notice that wrong answers have the better-rated thinking: in groups with right and wrong answers gamma is 0.987 (mu_c - mu_w -0.097)',
    ]);
  });

  it('tells one-sided groups and a small alpha apart from an honest TRM', () => {
    const { verdict } = trust({
      'leverage/thinking': 0.04,
      'leverage/trust': 0.02,
      'trust/gamma_two_sided/mean': 0.7,
      'trust/two_sided_share': 0.08,
    });
    assert.deepEqual(verdict.contrasts[0]!.leverage.reasons, [
      'groups are one-sided: only 8 % have both right and wrong answers, and gamma is 1 in all others',
      'alpha is too small: at 0.3 the whole thinking reward changes 4 % of the signal',
    ]);
  });

  it('of annealing is small where division by the deviation cancels it', () => {
    const metrics = {
      'leverage/annealing': 0.003,
      'leverage/thinking': 0.4,
      'trust/two_sided_share': 0.1,
      'trust/decay': 0.6,
    };
    const study = (settings: string) =>
      knownStudy(
        `variants: [{wo-annealing: ${settings}}, {full: ${settings}}]\ncontrasts: [full - wo-annealing]\nseeds: [0]`,
        () => ({ right: 50, metrics }),
      ).verdict.contrasts[0]!.leverage.reasons;
    assert.deepEqual(study('{loss: {scaleRewards: group}}'), [
      "in 90 % of the groups the answers are all right or all wrong, and there division by the group's deviation cancels alpha and decay",
    ]);
    assert.deepEqual(study('{loss: {scaleRewards: none}}'), []);
  });

  it('of ten percent or more, at the beginning or over all steps, leaves the figures to speak', () => {
    const { verdict } = trust({ 'leverage/trust': 0.34, 'leverage/thinking': 0.5 });
    assert.equal(verdict.contrasts[0]!.leverage.isTooSmall, false);
    assert.match(verdict.contrasts[0]!.sentence, /^Trust \(full vs\. wo-trust\): \+2\.0 points/);
  });

  it('is not given where the variants differ in what no leverage measures, or nothing was logged', () => {
    const { verdict } = knownStudy(
      'variants: [grpo, sft-grpo, full]\ncontrasts: [sft-grpo - grpo, full - grpo, full - sft-grpo]\nseeds: [0]',
      (variant) => ({ right: 50, metrics: variant === 'full' ? { 'leverage/thinking': 0.3 } : {} }),
    );
    const [sft, full, both] = verdict.contrasts.map(({ leverage }) => leverage);
    assert.deepEqual([sft!.mean, sft!.unmeasured, sft!.isTooSmall], [null, ['sft.steps'], false]);
    assert.deepEqual([full!.mean, full!.adds, full!.parts], [0.3, 'thinking', ['thinking']]);
    assert.deepEqual([both!.mean, both!.adds], [null, null]);
    assert.equal(trust({}).verdict.contrasts[0]!.leverage.mean, null);
  });

  it('covers shuffled scores, and leaves out a preset, which changes the outcome reward too', () => {
    const { verdict } = knownStudy(
      'variants: [full, {shuffled: {base: full, reward: {shuffled: true}}}, {code: {base: full, reward: {preset: official-code}}}]\ncontrasts: [shuffled - full, code - full]\nseeds: [0]',
      () => ({ right: 50, metrics: { 'leverage/thinking': 0.4 } }),
    );
    const [shuffled, code] = verdict.contrasts.map(({ leverage }) => leverage);
    assert.deepEqual([shuffled!.parts, shuffled!.mean], [['thinking'], 0.8]);
    assert.deepEqual([code!.mean, code!.unmeasured], [null, ['reward.preset']]);
  });

  it('of two factors, or of two thinking rewards, is the sum, above which the signals cannot differ', () => {
    const { verdict } = knownStudy(
      'variants: [wo-trust-and-annealing, full, oracle]\ncontrasts: [full - wo-trust-and-annealing, full - oracle]\nseeds: [0]',
      (variant) => ({
        right: 50,
        metrics: {
          'leverage/thinking': variant === 'oracle' ? 0.5 : 0.25,
          'leverage/trust': variant === 'full' ? 0.03 : null,
          'leverage/annealing': variant === 'full' ? 0.04 : null,
        },
      }),
    );
    const [both, kinds] = verdict.contrasts.map(({ leverage }) => leverage);
    assert.deepEqual([both!.parts, Math.round(both!.mean! * 1e6)], [['trust', 'annealing'], 70000]);
    assert.deepEqual([kinds!.parts, kinds!.mean], [['thinking'], 0.75]);
  });
});
