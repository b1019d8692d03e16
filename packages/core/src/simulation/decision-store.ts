import type { Admission, CapChange, CatalogueItem } from '../control/catalogue.ts';
import type { FloorEntry, FloorsItem } from '../control/floors.ts';
import type { TimelineItem } from '../replay/timeline.ts';
import type { BucketSize } from '../series/bucket.ts';
import type { Rules } from './rules.ts';

export interface DecisionItems {
  readonly catalogue: CatalogueItem | undefined;
  readonly floors: FloorsItem;
  /** Only where replays are simulated is there one. */
  readonly timeline?: TimelineItem | undefined;
}

/** The decisions of a source in memory: catalogue, caps and floors, changed by one conditional request each. */
export class DecisionStore {
  /** The newest last; only rule `consistentReads` lets a reader see an older one. */
  readonly decisions: DecisionItems[] = [{ catalogue: undefined, floors: { Floors: {} } }];
  get current(): DecisionItems {
    return this.decisions[this.decisions.length - 1] as DecisionItems;
  }

  createCatalogue(item: CatalogueItem): CatalogueItem {
    const { catalogue } = this.current;
    if (catalogue === undefined) {
      this.decisions.push({ ...this.current, catalogue: item });
      return item;
    }
    return catalogue;
  }

  /** Returns the catalogue that stands afterwards, and whether it was this request that changed it. */
  admit(
    { names, sizeBefore }: Admission,
    rules: Pick<Rules, 'admissionIsConditional' | 'slotsNeverMove'>,
  ): { catalogue: CatalogueItem; admitted: boolean } {
    const catalogue = this.#catalogue();
    if (rules.admissionIsConditional && catalogue.Names.length !== sizeBefore) {
      return { catalogue, admitted: false };
    }
    const Names = [...catalogue.Names, ...names];
    return {
      catalogue: this.#setCatalogue({ ...catalogue, Names: rules.slotsNeverMove ? Names : Names.sort() }),
      admitted: true,
    };
  }

  changeCap({ cap, sizeBefore }: CapChange): void {
    const catalogue = this.#catalogue();
    if (catalogue.Caps.length === sizeBefore) {
      this.#setCatalogue({ ...catalogue, Caps: [...catalogue.Caps, cap] });
    }
  }

  raiseFloor(size: BucketSize, entry: FloorEntry, sizeBefore: number): void {
    const { floors } = this.current;
    const history = floors.Floors[size] ?? [];
    if (history.length === sizeBefore) {
      this.decisions.push({ ...this.current, floors: { Floors: { ...floors.Floors, [size]: [...history, entry] } } });
    }
  }

  #catalogue(): CatalogueItem {
    const { catalogue } = this.current;
    if (catalogue === undefined) {
      throw new Error('the catalogue is written before it exists');
    }
    return catalogue;
  }

  #setCatalogue(catalogue: CatalogueItem): CatalogueItem {
    this.decisions.push({ ...this.current, catalogue });
    return catalogue;
  }
}
