import { createRaft } from '../raft/index.ts'
import { TIMESTAMP_RULES } from '../raft/timestamps/rules.ts'
import type { TimestampRules } from '../raft/timestamps/rules.ts'
import type { Habitat, PlantedBug } from './planted-bug.ts'
import { LOGS } from './raft-habitats.ts'
import { SPANNER } from './sources.ts'

const BY_READS = ['linearizable', 'log order']

const brokenBy = (rules: Partial<TimestampRules>) => createRaft({ ...TIMESTAMP_RULES, ...rules })

/** Nothing but clocks goes wrong, and they stay within their bounds. */
const CALM: Habitat = {
  ...LOGS,
  replicas: [3, 3],
  params: { ...LOGS.params, checkQuorum: true, electionTimeoutMs: 200, closedAfterMs: 0 },
  faults: ['pause'],
  faultCount: [0, 0],
  keys: [1, 1],
  mix: { read: 0.6, update: 0.4 },
  link: { oneWay: { dist: 'uniform', min: 1, max: 3 } },
  durationMs: [600, 1_000],
}

export const TIMESTAMP_BUGS: readonly PlantedBug[] = [
  {
    id: 'raft/commit-wait-skipped',
    sentence: 'A write is answered before its timestamp has certainly passed.',
    source: `${SPANNER}, §4.2.1: commit wait`,
    protocol: brokenBy({ commitWaitNs: () => 0 }),
    habitat: {
      ...CALM,
      params: { ...CALM.params, timestamps: 'commit-wait', reads: 'timestamp' },
      clockOffsetMs: 10,
      clockUncertaintyMs: 10,
    },
    caughtBy: BY_READS,
  },
  {
    id: 'raft/uncertainty-ignored',
    sentence: 'A read passes over a version that is later by its clock and was there before it.',
    source:
      'Cockroach Labs documentation, "Transaction Layer": a read that meets a value within the uncertainty interval restarts',
    protocol: brokenBy({ uncertaintyNs: () => 0 }),
    habitat: {
      ...CALM,
      params: { ...CALM.params, timestamps: 'hybrid', maxClockOffsetMs: 400 },
      clockOffsetMs: 200,
    },
    caughtBy: BY_READS,
  },
  {
    id: 'raft/closed-timestamp-not-respected',
    sentence: 'A leader gives a write a timestamp at which it has promised to write nothing more.',
    source: 'cockroachdb/cockroach, docs/RFCS/20180603_follower_reads.md: closed timestamps',
    protocol: brokenBy({ floorOf: (ofKey) => ofKey }),
    habitat: {
      ...CALM,
      params: { ...CALM.params, timestamps: 'hybrid', maxClockOffsetMs: 200, maxStalenessMs: 210 },
      read: 'bounded-staleness',
      judges: ['log order'],
      clockOffsetMs: 100,
    },
    caughtBy: ['nothing is written at safe times'],
  },
  {
    id: 'raft/oracle-begins-at-its-clock',
    sentence: 'A new oracle begins at what its clock says, and hands out what another has handed out before.',
    source:
      'Peng and Dabek, "Large-scale Incremental Processing", OSDI 2010, §2.3: timestamps beyond what is stored in stable storage',
    protocol: brokenBy({ oracleStartNs: (wallNs) => wallNs }),
    habitat: {
      ...CALM,
      params: { ...CALM.params, timestamps: 'oracle', oracleWindowMs: 500, electionTimeoutMs: [50, 80] },
      clockOffsetMs: 300,
      faults: ['partition'],
      inTurn: true,
      faultCount: [10, 20],
      faultMs: [40, 200],
    },
    caughtBy: BY_READS,
  },
]
