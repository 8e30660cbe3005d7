import type { DistributionSpec, LinkEntry, Topology } from '../topology/types.ts'
import { clientOf, replicaOf, topologyOf } from './topologies.ts'

/**
 * The configurations of the PBS paper (Bailis et al., VLDB 2012, Table 3): leaderless with N = 3 and the client as
 * coordinator, no repair of any kind. Fits as in `shared/predict/testdata/pbs-reference.json`.
 */

export type PbsConfig = 'LNKD-SSD' | 'LNKD-DISK' | 'YMMR' | 'WAN'

function fit(share: number, xm: number, alpha: number, lambda: number): Exclude<DistributionSpec, number> {
  return {
    dist: 'mixture',
    parts: [
      { share, of: { dist: 'pareto', xm, alpha } },
      { share: 1 - share, of: { dist: 'exponential', meanMs: 1 / lambda } },
    ],
  }
}

const SSD = fit(0.9122, 0.235, 10, 1.66)
const DISK = fit(0.38, 1.05, 1.51, 0.183)
/** W has alpha 3.5 as in the authors' simulator; the 3.35 of their Table 3 does not give their Table 4. */
const YMMR_W = fit(0.939, 3, 3.5, 0.0028)
const YMMR = fit(0.982, 1.5, 3.8, 0.0217)
const REMOTE_MS = 75

const LEGS: Record<PbsConfig, { write: DistributionSpec; other: DistributionSpec }> = {
  'LNKD-SSD': { write: SSD, other: SSD },
  'LNKD-DISK': { write: DISK, other: SSD },
  YMMR: { write: YMMR_W, other: YMMR },
  WAN: { write: DISK, other: SSD },
}

/** The two fits most used, by themselves. */
export const PBS_FITS: Readonly<Record<'LNKD-SSD' | 'LNKD-DISK write', DistributionSpec>> = {
  'LNKD-SSD': SSD,
  'LNKD-DISK write': DISK,
}

const REGIONS = ['east', 'west', 'north']

export function pbsTopology(
  config: PbsConfig,
  r: number,
  w: number,
  overrides: Partial<Topology> = {},
): Topology {
  const base = topologyOf()
  const { write, other } = LEGS[config]
  const params = { ...base.replication.params, n: 3, r, w, coordinator: 'client' }
  const links = {
    ...base.links,
    default: { ...base.links.default, oneWay: other, oneWayOf: { 'leaderless.write': write } },
  }
  const topology = topologyOf({
    name: `${config} R=${r} W=${w}`,
    replication: { strategy: 'leaderless', params },
    workload: { kind: 'probe', offsetsMs: [0, 1, 5, 10], samples: 1000, valueBytes: 100 },
    links,
    ...overrides,
  })
  return config === 'WAN' ? acrossRegions(topology) : topology
}

/** One replica and one client per region, and every message between regions 75 ms later. */
function acrossRegions(topology: Topology): Topology {
  const { oneWay, oneWayOf } = topology.links.default
  const later = (spec: DistributionSpec): DistributionSpec =>
    typeof spec === 'number' ? spec + REMOTE_MS : { ...spec, plusMs: REMOTE_MS }
  const between: LinkEntry[] = REGIONS.flatMap((from, at) =>
    REGIONS.slice(at + 1).map((to) => ({
      from,
      to,
      directed: false,
      oneWay: later(oneWay),
      oneWayOf: Object.fromEntries(Object.entries(oneWayOf).map(([kind, spec]) => [kind, later(spec)])),
    })),
  )
  return {
    ...topology,
    regions: REGIONS.map((id) => ({ id, zones: [], at: null })),
    replicas: REGIONS.map((region, at) => replicaOf(`r${at + 1}`, { region })),
    clients: REGIONS.map((region, at) => clientOf(`c${at + 1}`, { region })),
    links: { ...topology.links, between },
  }
}
