/** Which thing of a picture a key speaks of, so that "bar c" and "red bar" are one reading. Deliberately absent: values (readings.ts). */
import { THINGS } from '../scene/knowledge.ts';
import { ORDINALS } from '../scene/readings.ts';
import type { Picture } from '../scene/scene.ts';

/** A name shared by all keys that speak of the same thing; a key without synonyms is its own. */
export function referentOf(picture: Picture, key: string): string {
  switch (picture.kind) {
    case 'bars': {
      const bar = picture.bars.find((entry) => key === `${entry.colour} bar` || key === `bar ${entry.name}`);
      return bar === undefined ? key : `bar ${bar.name}`;
    }
    case 'words': {
      if (key === 'word' && picture.words.length === 1) return 'first word';
      const ordered = [...picture.words].sort((a, b) => a.row - b.row);
      const at = ordered.findIndex(
        (word) => word.mark !== null && key === `word beside the ${word.mark.colour} ${word.mark.shape}`,
      );
      return at < 0 ? key : `${ORDINALS[at]} word`;
    }
    case 'things': {
      const [only, ...others] = picture.things;
      return key === 'thing' && only !== undefined && others.length === 0 ? THINGS[only.name].class : key;
    }
    default:
      return key;
  }
}
