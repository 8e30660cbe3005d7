import { createZab } from '../zab/index.ts'
import { RULES } from '../zab/rules.ts'
import type { Habitat, PlantedBug } from './planted-bug.ts'
import { hearing } from './wrap.ts'
import { protocol as zab } from '../zab/index.ts'

const ZAB =
  'Junqueira, Reed and Serafini, "Zab: High-performance broadcast for primary-backup systems", DSN 2011'
const IN_PRACTICE = 'Medeiros, "ZooKeeper\'s atomic broadcast protocol: Theory and practice", 2012'

const CAUGHT_BY = [
  'one established leader per epoch',
  'local primary order',
  'prefix',
  'total order and agreement',
  'committed transactions stay',
  'what is acknowledged is logged',
  'indexes are in order',
  'an assertion',
  'linearizable',
  'log order',
]

const ENSEMBLES: Habitat = {
  replicas: [3, 3],
  params: {
    tickMs: 40,
    initLimit: 6,
    syncLimit: 3,
    electionWaitMs: 20,
    requestTimeoutMs: 400,
    retransmitMs: 60,
    snapshotEvery: [10, 30],
    diffTxns: [2, 10],
  },
  read: 'linearizable',
  keys: [1, 2],
  clients: [2, 3],
  thinkMs: [3, 12],
  timeoutMs: 200,
  link: { oneWay: { dist: 'uniform', min: 1, max: 6 } },
  faults: ['partition', 'isolate', 'crash', 'pause'],
  faultCount: [8, 16],
  faultMs: [60, 350],
  atLeaders: 50,
  durationMs: [1_500, 2_500],
  judges: ['linearizable', 'log order'],
}

export const ZAB_BUGS: readonly PlantedBug[] = [
  {
    id: 'zab/acknowledges-before-logging',
    sentence: 'A follower acknowledges a proposal before it is in its log on disk.',
    source: `${ZAB}, section IV: a follower writes a proposal to stable storage before it acknowledges`,
    protocol: createZab({ ...RULES, mayAcknowledge: () => true }),
    habitat: {
      ...ENSEMBLES,
      fsyncMs: [5, 30],
      faults: ['power-loss', 'crash'],
      faultMs: [5, 150],
      faultCount: [8, 16],
    },
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'zab/minority-commits',
    sentence: 'One server fewer than a majority is enough to commit.',
    source: `${ZAB}, section III: any two quorums intersect`,
    protocol: createZab({ ...RULES, quorumOf: (voters) => Math.floor(voters / 2) }),
    habitat: ENSEMBLES,
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'zab/elects-by-number',
    sentence: "Votes compare servers' numbers, and not who has seen most.",
    source: `${IN_PRACTICE}, section 3 (fast leader election)`,
    protocol: createZab({ ...RULES, beats: (a, b) => a.leader > b.leader, isAhead: () => false }),
    habitat: ENSEMBLES,
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'zab/uncommitted-tail-kept',
    sentence: 'A follower keeps what it has beyond the history of the new leader.',
    source:
      'ZooKeeper, LearnerHandler.syncFollower: TRUNC; ZOOKEEPER-1154 (a follower keeps an update that the others never had)',
    protocol: createZab({
      ...RULES,
      planSync: (log, zxid) => {
        const plan = RULES.planSync(log, zxid)
        return plan.type === 'diff' ? { ...plan, truncTo: null } : plan
      },
    }),
    habitat: ENSEMBLES,
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'zab/lagging-read',
    sentence: 'A server answers a session that has seen more than the server has applied.',
    source:
      'Hunt et al., "ZooKeeper: Wait-free coordination for Internet-scale systems", USENIX ATC 2010, section 2.3',
    protocol: createZab({ ...RULES, maySee: () => true }),
    habitat: {
      ...ENSEMBLES,
      read: 'sequential',
      judges: ['sequential', 'read-your-writes', 'monotonic-reads'],
    },
    caughtBy: ['sequential', 'read-your-writes', 'monotonic-reads'],
  },
  {
    id: 'zab/retry-applied-twice',
    sentence: 'A retried request is a new transaction.',
    source:
      'ZooKeeper documentation, ConnectionLoss: a request whose connection was lost may have been carried out',
    protocol: hearing(zab, (input) =>
      input.type === 'request' ? { ...input, session: { ...input.session, sequence: input.opId } } : input,
    ),
    habitat: {
      ...ENSEMBLES,
      mix: { read: 0.4, update: 0.6 },
      timeoutMs: 40,
      retries: 3,
      link: { oneWay: { dist: 'uniform', min: 1, max: 8 } },
    },
    caughtBy: ['linearizable', 'log order'],
  },
]
