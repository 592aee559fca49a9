/** A rule that throws ends a run: whatever a model writes, each rule of both presets gives a number. Answers are drawn from pieces of real ones. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { outcomeReward } from '../../../src/main/rewards/outcome/outcome-reward.ts';
import { namesOf } from '../../../src/shared/kinds/kind.ts';
import { REWARD_PRESETS } from '../../../src/shared/kinds/trust.ts';
import { ANSWER_TYPES } from '../../../src/shared/question.ts';
import { Random } from '../../../src/shared/values/random.ts';

const PIECES =
  String.raw`\boxed{ \frac \frac{1}{2} \sqrt[ \sqrt{ } { ( ) [ ] \{ \} | \left( \right) ^ ^{ _ _{ ^{2} ^\circ ° ' " , ; : . ... = < > \le \pm - + * / % \% $ € £ ¥ 1 12 0 -3 3.5 1e5 1e999 .5 007 1,234 1.234,5 1'000 12,34,567 x y ab e i \pi π ∞ \infty \mathrm{cm^{2}} \mathrm{m^{x}} \text{ cm m/s^2 m·s⁻² kg km/h mph ² ³ ⁻¹ ₁ ½ 3½ 万 百 分之 三 十七 个 是 不是 答案是 ١٢ ४२ Ｂ （B） A B C B. (B) and or not wait, actually minus negative half three quarters twenty-one hundred dozen noon pm AM 2:30 \begin{pmatrix} \end{pmatrix} & \\ \binom \log_ \sin \ln ! \cup \in \mathbb{R} \emptyset ℝ <answer> </answer> <b> \f \t [[1,2],[3,4]] \overline{3} 0.\overline{3} (3) 1/0 0/0 0^0 9^9^9 100! \sum_{i=1}^{n} `.split(
    ' ',
  );

it('no rule throws on pieces of answers, in any order, on either side', () => {
  const random = new Random(7, 'pieces');
  const text = () =>
    Array.from(
      { length: random.int(1, 7) },
      () => PIECES[random.int(0, PIECES.length - 1)] + (random.next() < 0.5 ? ' ' : ''),
    ).join('');
  for (let i = 0; i < 3000; i++) {
    const [answer, truth] = [text(), text()];
    for (const preset of namesOf(REWARD_PRESETS))
      for (const kind of namesOf(ANSWER_TYPES)) {
        const response = `<think>a</think><answer>${answer}</answer>`;
        const what = JSON.stringify({ preset, kind, answer, truth });
        assert.doesNotThrow(
          () => outcomeReward({ kind, response, truth, preset, question: `A. ${truth}\nB. ${answer}` }),
          what,
        );
        const { reward } = outcomeReward({ kind, response, truth, preset });
        assert.ok(reward === null || (reward >= 0 && reward <= 1), what);
      }
  }
});
