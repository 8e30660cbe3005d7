import { createRaft } from '../raft/index.ts'
import { RANGE_RULES } from '../raft/range-rules.ts'
import type { RangeRules } from '../raft/range-rules.ts'
import { TIMESTAMP_RULES } from '../raft/timestamps/rules.ts'
import type { Habitat, PlantedBug } from './planted-bug.ts'
import { LOGS } from './raft-habitats.ts'
import { RAFT_DISSERTATION } from './sources.ts'

const brokenBy = (rules: Partial<RangeRules>) => createRaft(TIMESTAMP_RULES, { ...RANGE_RULES, ...rules })

/** Ranges split again and again while messages get lost, so that clients ask twice, before and after. */
const SPLITS: Habitat = {
  ...LOGS,
  replicas: [3, 3],
  params: { ...LOGS.params, checkQuorum: true, electionTimeoutMs: 100, reads: 'read-index' },
  read: 'linearizable',
  keys: [6, 10],
  split: { byKeys: 1, checkEveryMs: [40, 120] },
  mix: { read: 0.4, update: 0.6 },
  clients: [3, 4],
  thinkMs: [1, 4],
  timeoutMs: 50,
  retries: 4,
  link: { oneWay: { dist: 'uniform', min: 1, max: 8 }, lossPpm: 120_000 },
  faults: ['pause'],
  faultCount: [0, 2],
  atLeaders: 0,
  durationMs: [700, 1_000],
  judges: ['linearizable'],
}

/** Most of what is done when a range splits is yet to be asked for again. */
const FORGETFUL: Habitat = {
  ...SPLITS,
  keys: [4, 5],
  split: { byKeys: 1, checkEveryMs: [80, 150] },
  mix: { read: 0.35, update: 0.65 },
  clients: [4, 4],
  thinkMs: [1, 2],
  timeoutMs: 35,
  retries: 6,
  link: { oneWay: { dist: 'uniform', min: 1, max: 5 }, lossPpm: 250_000 },
  faultCount: [0, 0],
  durationMs: [500, 600],
}

export const SPLIT_BUGS: readonly PlantedBug[] = [
  {
    id: 'raft/split-forgets-commands',
    sentence:
      'The right half of a range begins without the table of sessions, so that a retry is applied again.',
    source: `${RAFT_DISSERTATION}, §6.3: the sessions are a part of the replicated state machine, and a split halves that`,
    protocol: brokenBy({ sessionsOf: () => [] }),
    habitat: FORGETFUL,
    caughtBy: ['linearizable', 'the record'],
  },
  {
    id: 'raft/split-keeps-keys',
    sentence: 'A replica goes on answering for the keys that a split has taken from its range.',
    source:
      'cockroachdb/cockroach, docs/tech-notes/life_of_a_query.md: a request for keys beyond the range meets a RangeKeyMismatchError',
    protocol: brokenBy({ borderOf: (_at, before) => before }),
    habitat: { ...SPLITS, keys: [3, 6] },
    caughtBy: ['linearizable', 'the record'],
  },
]
