/**
 * Names of runs: adjective-noun-number, the number being the run's own, so that no two are alike in a home.
 */
import { hash32 } from '../../../../shared/values/random.ts';

const ADJECTIVES =
  'able amber ample apt azure bold brave brief bright brisk calm candid clear clever cosy crisp deft eager early even fair fine firm fleet fond frank fresh gentle glad golden grand green happy hardy honest humble jolly just keen kind light lively loyal lucid mellow merry mild misty modest neat nimble noble open patient plain polite proud quick quiet rapid ready red rosy round royal sharp silent silver simple smooth snug sober solid sound spry steady still strong sunny swift tidy tame true vivid warm wise witty young'.split(
    ' ',
  );
const NOUNS =
  'acorn alder apple arch aspen badger beach bear beech birch bird bloom brook cedar cliff cloud clover coast comet coral crane creek crow dawn deer delta dove dune eagle elm ember falcon fern field finch fjord flint forest fox frost garden glade grove gull harbor hare haven hawk hazel heath heron hill iris island ivy jay lake lark laurel leaf lily linden lion lotus lynx maple marsh meadow mist moon moss oak olive orchid otter owl peak pearl pine plum pond poppy quail rain raven reed ridge river robin rose sage salmon seal shore sky slope snow spark sparrow spring spruce star stone stream summit swan thistle tide trout tulip valley wave willow wolf wren'.split(
    ' ',
  );

/** The name of run number `id` of a study. */
export function runName(id: number, key: string): string {
  const hash = hash32(`${key}/${id}`);
  return `${ADJECTIVES[hash % ADJECTIVES.length]}-${NOUNS[(hash >>> 12) % NOUNS.length]}-${id}`;
}
