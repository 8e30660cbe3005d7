import type { FaultSpec, ParamValue, ReadLevel, SessionGuarantee } from '../../topology/types.ts'
import type { AnyProtocol } from '../contract.ts'

/**
 * A bug that somebody has made, or that a paper warns of, planted in a real protocol: the shipped one with one of its
 * decisions replaced. It is what the invariants and checkers are tried on.
 */
export interface PlantedBug {
  /** Strategy, slash, name. */
  readonly id: string
  /** What the broken protocol does. */
  readonly sentence: string
  /** Where the bug, or the rule that it breaks, is described. */
  readonly source: string
  readonly protocol: AnyProtocol
  readonly habitat: Habitat
  /** Names of the invariants and judges that may find it. Any other that speaks up is mistaken. */
  readonly caughtBy: readonly string[]
}

export type FaultKind = FaultSpec['kind']

/** Least and greatest of a number that is drawn. */
export type Range = readonly [number, number]

/** Where a bug matters: what is drawn at random elsewhere, and narrowed or set here. Times in ms. */
export interface Habitat {
  /** Settings of the topology file. */
  readonly replicas: Range
  /** Those left out have their defaults; of a range one is drawn. */
  readonly params: Readonly<Record<string, ParamValue | Range>>
  readonly read?: ReadLevel
  readonly session?: readonly SessionGuarantee[]
  readonly onPartition?: 'consistency' | 'availability'
  readonly keys?: Range
  /** Ranges split, in the middle, beyond so many keys, and are looked at so often. */
  readonly split?: { readonly byKeys: number; readonly checkEveryMs: Range }
  readonly mix?: Readonly<Record<string, number>>
  readonly clients?: Range
  readonly thinkMs?: Range
  readonly timeoutMs?: number
  readonly retries?: number
  /** Of every link; random links where left out. */
  readonly link?: Readonly<Record<string, unknown>>
  readonly fsyncMs?: Range
  /** Greatest offset of the replicas' clocks. */
  readonly clockOffsetMs?: number
  /** How wrong every replica's clock says it may be. */
  readonly clockUncertaintyMs?: number
  /** Clocks run so much too fast or too slow. */
  readonly clockDriftPpm?: number
  /** Faults of these kinds, so many, each at most so long. */
  readonly faults: readonly FaultKind[]
  readonly faultCount: Range
  readonly faultMs?: Range
  /** Each fault begins when the one before it ends, so that a majority is mostly together. */
  readonly inTurn?: boolean
  /** Percentage of the faults of single replicas that strike whoever leads. */
  readonly atLeaders?: number
  /** Replicas join and leave, so many times, under a key space in a few shards. */
  readonly changes?: Range
  /** Cuts links for good, so that one replica reaches all others and those only reach it. */
  readonly bridge?: boolean
  readonly durationMs: Range
  /** How long the run goes on when the last fault has ended; only judges of the healed system need it. */
  readonly recoveryMs?: number
  /** Judges of the history, beside those that judge every history; names as in `shared/testing/judges.ts`. */
  readonly judges: readonly string[]
}
