import { createSingleLeader, protocol as singleLeader } from '../single-leader/index.ts'
import type { Habitat, PlantedBug } from './planted-bug.ts'
import { LEASES, SESSION_GUARANTEES } from './sources.ts'
import { configured } from './wrap.ts'

const POSTGRES = 'PostgreSQL documentation, "Synchronous Replication" (27.2.8)'
const PATRONI = 'Patroni documentation'

const CAUGHT_BY = [
  'one leader per epoch',
  'logs of one timeline agree',
  'acknowledged writes survive',
  'equal positions hold equal data',
  'indexes are in order',
  'an assertion',
  'linearizable',
]

/** Settings under which no acknowledged write may be lost, and leaders that come and go. */
const SAFE: Habitat = {
  replicas: [3, 3],
  params: {
    replication: 'synchronous',
    syncReplicas: 1,
    leaseMs: [100, 160],
    heartbeatMs: 25,
    requestTimeoutMs: 250,
    retainEntries: 30,
  },
  read: 'linearizable',
  keys: [1, 2],
  clients: [2, 4],
  thinkMs: [3, 12],
  timeoutMs: 150,
  link: { oneWay: { dist: 'uniform', min: 1, max: 10 } },
  faults: ['partition', 'isolate', 'pause', 'crash'],
  faultCount: [6, 12],
  faultMs: [80, 400],
  atLeaders: 60,
  durationMs: [1_200, 2_200],
  judges: ['linearizable'],
}

export const SINGLE_LEADER_BUGS: readonly PlantedBug[] = [
  {
    id: 'single-leader/asynchronous-failover',
    sentence: 'Writes are acknowledged before a follower has them, and a failover loses them.',
    source: 'MySQL 8.4 manual, 19.4.10; Jepsen, "Redis", 2013 (asynchronous failover)',
    protocol: createSingleLeader({ confirmed: (leaderIndex) => leaderIndex }),
    habitat: SAFE,
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'single-leader/two-primaries',
    sentence: 'A leader that was replaced is not fenced, and serves on.',
    source: `${PATRONI}, "DCS failsafe mode" and watchdog; PostgreSQL, "Failover": STONITH`,
    protocol: configured(singleLeader, (params) => ({ ...params, fencing: false })),
    habitat: SAFE,
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'single-leader/serves-without-lease',
    sentence: 'A leader answers after its lease is over.',
    source: LEASES,
    protocol: createSingleLeader({ mayServe: () => true }),
    habitat: { ...SAFE, mix: { read: 0.7, update: 0.3 } },
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'single-leader/cancelled-wait-acknowledges',
    sentence: 'A write whose wait for followers is given up is acknowledged.',
    source: `${POSTGRES}: a cancelled wait leaves the transaction committed locally; Jepsen-style reports of lost writes in Patroni clusters`,
    protocol: createSingleLeader({ givenUpWait: () => null }),
    habitat: { ...SAFE, params: { ...SAFE.params, requestTimeoutMs: 40 }, thinkMs: [2, 6] },
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'single-leader/incomplete-survey',
    sentence: 'A candidate leads without having asked enough logs to know every acknowledged write.',
    source: 'Howard, Malkhi and Spiegelman, "Flexible Paxos: Quorum Intersection Revisited", OPODIS 2016',
    protocol: createSingleLeader({ isSurveyComplete: () => true }),
    habitat: { ...SAFE, replicas: [5, 5] },
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'single-leader/promotes-who-is-behind',
    sentence: 'A follower is promoted although another has more.',
    source: `${PATRONI}, "maximum_lag_on_failover"; MySQL 8.4 manual, 19.4.8`,
    protocol: createSingleLeader({ isAhead: () => true }),
    habitat: SAFE,
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'single-leader/lagging-follower-read',
    sentence: 'A follower answers a session that has written more than the follower has applied.',
    source: SESSION_GUARANTEES,
    protocol: createSingleLeader({ place: () => 'reached' }),
    habitat: {
      ...SAFE,
      params: { ...SAFE.params, readsFrom: 'nearest', applyDelayMs: [10, 60] },
      read: 'read-your-writes',
      judges: ['read-your-writes'],
    },
    caughtBy: ['read-your-writes'],
  },
]
