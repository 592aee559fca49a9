/** The differences that a study file declares. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planShape } from '../../../src/main/store/schema/json-shapes.ts';
import { studyContrasts } from '../../../src/shared/study/contrasts.ts';
import { checkStudy, parseStudy, studyHash, studyYaml } from '../../../src/shared/study/study.ts';

const study = (more: object) => checkStudy({ name: 'a', variants: ['grpo', 'full', 'wo-trust'], ...more }, 'a.yaml');
const refused = (contrasts: unknown[], message: RegExp) => assert.throws(() => study({ contrasts }), message);

describe('declared contrasts', () => {
  it('are stored in one form, whatever minus they were written with, and come back out of the YAML', () => {
    const declared = study({ contrasts: ['full - grpo', '  full \u2212  wo-trust '] });
    assert.deepEqual(declared.contrasts, ['full - grpo', 'full - wo-trust']);
    assert.deepEqual(studyContrasts(declared), [
      { arm: 'full', against: 'grpo' },
      { arm: 'full', against: 'wo-trust' },
    ]);
    assert.deepEqual(parseStudy(studyYaml(declared), 'a.yaml'), declared);
  });

  it('are every other variant against the baseline where the file declares none', () => {
    assert.deepEqual(studyContrasts(study({ baseline: 'full' })), [
      { arm: 'grpo', against: 'full' },
      { arm: 'wo-trust', against: 'full' },
    ]);
  });

  it('are part of the study: another hash with them, the old one without', () => {
    const plain = study({});
    assert.ok(!('contrasts' in plain));
    assert.notEqual(studyHash(plain), studyHash(study({ contrasts: ['full - grpo'] })));
    const quick = 'name: a\nvariants: [grpo, full]\nseeds: [0]\n';
    assert.equal(studyHash(parseStudy(quick, 'a')), studyHash(parseStudy(`${quick}baseline: grpo\n`, 'a')));
  });

  it('are refused in one line each, with the nearest name', () => {
    refused(['full - grop'], /a\.yaml: contrasts: the study has no variant "grop"\. Did you mean "grpo"\?/);
    refused(['full - oracle'], /no variant "oracle"/);
    refused(['full-grpo'], /"full-grpo" is not a difference of two variants/);
    refused(['full'], /"full" is not a difference/);
    refused(['full - full'], /"full - full" is a variant minus itself/);
    refused(['full - grpo', 'full  - grpo'], /"full - grpo" is listed twice/);
    refused(['full - grpo', 'grpo - full'], /"grpo - full" is "full - grpo" turned round/);
    refused([], /contrasts is empty/);
    refused([3], /contrasts\.0 = 3: expected string/);
  });

  it('of a stored plan are held to the same rules', () => {
    const plan = study({ contrasts: ['full - grpo'] });
    assert.ok(planShape.safeParse(plan).success);
    assert.ok(!planShape.safeParse({ ...plan, contrasts: ['full - nobody'] }).success);
  });
});
