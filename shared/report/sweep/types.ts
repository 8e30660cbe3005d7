import type { Problem } from '../../topology/types.ts'
import type { Provenance } from '../types.ts'

/** A setting and the values that it is given in turn. */
export interface Varied {
  /** As problems name it: `$.replication.params.r`. */
  readonly path: string
  readonly values: readonly unknown[]
}

/** One figure of one combination, over its seeds. */
export interface SweepFigure {
  /** Of the seeds whose run has the figure; the mean of the middle two where they are even in number. */
  readonly median: number | null
  readonly min: number | null
  readonly max: number | null
  /** One for each seed; null where the run has none, or did not come to its end. */
  readonly values: readonly (number | null)[]
}

/** Why a combination, or one of its runs, is not in the table. */
export interface LeftOut {
  /** The values of the combination, in the order of `vary`. */
  readonly set: readonly unknown[]
  readonly problems: readonly Problem[]
}

/** What a sweep found. The same file and seeds give the same but for its provenance. */
export interface Sweep {
  readonly format: 'replica-lab/sweep@1'
  readonly provenance: Provenance
  readonly topology: string
  readonly vary: readonly Varied[]
  readonly seeds: readonly number[]
  readonly metrics: readonly { readonly name: string; readonly unit: string }[]
  /** In the order of the product, the last setting fastest; combinations of which no run came to its end are left out. */
  readonly rows: readonly {
    readonly set: readonly unknown[]
    /** Runs that came to their end: fewer than there are seeds where the sweep was stopped, or one failed. */
    readonly runs: number
    /** In the order of `metrics`. */
    readonly figures: readonly SweepFigure[]
  }[]
  /** Combinations that a file may not have. */
  readonly refused: readonly LeftOut[]
  readonly failed: readonly {
    readonly set: readonly unknown[]
    readonly seed: number
    readonly sentence: string
  }[]
  /** Runs that were not made, or not to their end, since the sweep was stopped. */
  readonly missing: number
}
