import { assert } from '../base/assert.ts'
import aws2020 from './data/rtt-aws-2020.json' with { type: 'json' }
import gcp2020 from './data/rtt-gcp-2020.json' with { type: 'json' }
import ibm2026 from './data/rtt-ibm-2026.json' with { type: 'json' }

interface RttData {
  cloud: string
  measured: string
  method: string
  source: string
  regions: string[]
  /** Where regions are known by their city as well, in the same order. */
  cities?: string[]
  /** Row: the region that pings; column: the region that answers. */
  averageMs: number[][]
}

/** Measured round trips between the regions of one cloud. */
export interface RttMatrix {
  readonly name: string
  readonly cloud: string
  /** When it was measured, how, and where it was published: shown wherever the figures are used. */
  readonly measured: string
  readonly method: string
  readonly source: string
  /** The regions' names, in the order of the source. */
  readonly regions: readonly string[]
  /**
   * Average round trip in ms, null where the matrix does not know a region. The same for both directions: the mean of
   * the two that were measured, which differ by 0.15 ms at most for AWS and Google, by up to 10 ms for IBM. Within one
   * region it is the round trip measured there.
   */
  roundTripMs(a: string, b: string): number | null
}

const MATRICES: ReadonlyMap<string, RttMatrix> = new Map(
  (
    [
      ['aws-2020', aws2020],
      ['gcp-2020', gcp2020],
      ['ibm-2026', ibm2026],
    ] satisfies [string, RttData][]
  ).map(([name, data]) => [name, matrixOf(name, data)]),
)

/** The names that `links.rtt` may give. */
export function rttNames(): string[] {
  return [...MATRICES.keys()]
}

/** The matrix of this name, one of `rttNames()`; any other is a bug of the caller. */
export function rttMatrix(name: string): RttMatrix {
  const matrix = MATRICES.get(name)
  assert(matrix !== undefined, () => `no matrix of round-trip times is named ${JSON.stringify(name)}`)
  return matrix
}

function matrixOf(name: string, data: RttData): RttMatrix {
  const { cloud, measured, method, source, regions, cities = [], averageMs } = data
  const places = new Map<string, number>()
  for (const names of [cities, regions]) names.forEach((region, index) => places.set(region, index))
  return Object.freeze({
    name,
    cloud,
    measured,
    method,
    source,
    regions: Object.freeze([...regions]),
    roundTripMs(a: string, b: string): number | null {
      const from = places.get(a)
      const to = places.get(b)
      if (from === undefined || to === undefined) return null
      // The sources have three decimals, their mean four; rounding drops only the noise of the addition.
      return Math.round((averageMs[from][to] + averageMs[to][from]) * 5_000) / 10_000
    },
  })
}
