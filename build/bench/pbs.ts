import type { DistributionSpec } from '../../shared/topology/types.ts'

/** Table 3 of Bailis et al., "Probabilistically Bounded Staleness for Practical Partial Quorums", VLDB 2012. */
const SSD: DistributionSpec = {
  dist: 'mixture',
  parts: [
    { share: 0.9122, of: { dist: 'pareto', xm: 0.235, alpha: 10 } },
    { share: 0.0878, of: { dist: 'exponential', meanMs: 1 / 1.66 } },
  ],
}
const DISK_WRITE: DistributionSpec = {
  dist: 'mixture',
  parts: [
    { share: 0.38, of: { dist: 'pareto', xm: 1.05, alpha: 1.51 } },
    { share: 0.62, of: { dist: 'exponential', meanMs: 1 / 0.183 } },
  ],
}

export const PBS_MIXTURES = { 'LNKD-SSD': SSD, 'LNKD-DISK write': DISK_WRITE }

/** Latencies of the four legs W, A, R, S by configuration. */
export const PBS_WRITE_LEG: Record<string, DistributionSpec> = { 'LNKD-SSD': SSD, 'LNKD-DISK': DISK_WRITE }
export const PBS_OTHER_LEGS: DistributionSpec = SSD
