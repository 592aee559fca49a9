import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PUBLISHED_NOTE, PUBLISHED_WRITERS } from '../../../src/main/store/table/published.ts';

describe('published figures as a file', () => {
  it('say in every text format what they are, and give the figures as printed', () => {
    for (const format of ['csv', 'markdown', 'latex'] as const) {
      const text = PUBLISHED_WRITERS[format]();
      assert.ok(text.includes(PUBLISHED_NOTE), format);
      assert.match(text, /SophiaVL-R1-7B \(full\).*71\.3.*48\.8.*61\.3.*2403\.8.*88\.5.*85\.4.*66\.7/, format);
    }
  });

  it('leave empty what the paper does not give', () => {
    assert.match(PUBLISHED_WRITERS.csv(), /^R1-OneVision-7B,,64\.1,46\.4,,,,,\r$/m);
  });

  it('are the same workbook each time', async () => {
    assert.deepEqual(await PUBLISHED_WRITERS.xlsx(), await PUBLISHED_WRITERS.xlsx());
  });
});
