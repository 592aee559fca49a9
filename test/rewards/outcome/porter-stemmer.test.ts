import assert from 'node:assert/strict';
import { it } from 'node:test';
import { porterStem } from '../../../src/main/rewards/outcome/text/porter-stemmer.ts';

/** Word and stem as nltk 3.10's PorterStemmer gives them. */
const STEMS =
  'caresses caress,ponies poni,ties tie,dies die,cats cat,feed feed,agreed agre,plastered plaster,bled bled,motoring motor,sing sing,' +
  'conflated conflat,troubled troubl,sized size,hopping hop,falling fall,hissing hiss,fizzed fizz,failing fail,filing file,' +
  'happy happi,enjoy enjoy,sky sky,skies sky,spied spi,died die,relational relat,rational ration,radically radic,' +
  'vietnamization vietnam,operator oper,hopefulness hope,sensibility sensibl,electrical electr,adoption adopt,communism commun,' +
  'rate rate,cease ceas,controlling control,roll roll,studies studi,easily easili,fairly fairli,running run,geology geolog,by by';

it('stems words as nltk does', () => {
  for (const pair of STEMS.split(',')) {
    const [word, stem] = pair.split(' ') as [string, string];
    assert.equal(porterStem(word), stem, word);
  }
});
