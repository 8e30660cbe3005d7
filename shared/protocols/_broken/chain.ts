import { createChain } from '../chain/index.ts'
import { RULES } from '../chain/rules.ts'
import type { Habitat, PlantedBug } from './planted-bug.ts'
import { LEASES } from './sources.ts'

const CHAIN =
  'van Renesse and Schneider, "Chain Replication for Supporting High Throughput and Availability", OSDI 2004'
const CRAQ =
  'Terrace and Freedman, "Object Storage on CRAQ: High-throughput chain replication for read-mostly workloads", USENIX ATC 2009'

const CAUGHT_BY = [
  'one chain per epoch',
  'update propagation',
  'in-process requests',
  'committed updates last',
  'no dirty read',
  'stores agree',
  'numbers are in order',
  'dirty versions are those of the history',
  'an assertion',
  'linearizable',
  'log order',
]

const CHAINS: Habitat = {
  replicas: [3, 4],
  params: {
    masters: 3,
    heartbeatMs: 25,
    suspectAfterMs: [80, 140],
    leaseMs: [60, 120],
    resendAfterMs: 60,
    requestTimeoutMs: 300,
    catchUpUpdates: [0, 20],
    batchUpdatesMax: [1, 10],
  },
  read: 'linearizable',
  keys: [1, 2],
  clients: [2, 3],
  thinkMs: [3, 12],
  timeoutMs: 200,
  link: { oneWay: { dist: 'uniform', min: 1, max: 10 } },
  faults: ['partition', 'isolate', 'crash', 'pause'],
  faultCount: [5, 12],
  faultMs: [80, 400],
  durationMs: [1_200, 2_200],
  judges: ['linearizable', 'log order'],
}

export const CHAIN_BUGS: readonly PlantedBug[] = [
  {
    id: 'chain/reads-dirty-version',
    sentence: 'A node answers with its newest version although the tail may not have it.',
    source: `${CRAQ}, section 2.3`,
    protocol: createChain({ ...RULES, isClean: () => true, answersUpTo: (_told, _committed, last) => last }),
    habitat: { ...CHAINS, params: { ...CHAINS.params, reads: 'apportioned' } },
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'chain/ownership-gap',
    sentence: 'A newcomer takes over at the tail before it has what was committed without it.',
    source: `${CHAIN}, section 3 (extending a chain); CASSANDRA-2434: range movements that miss writes`,
    protocol: createChain({ ...RULES, isSynced: () => true }),
    habitat: CHAINS,
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'chain/no-fencing',
    sentence: 'Nodes heed messages of chains that exist no more.',
    source: `${CHAIN}, section 3; Lamport, Malkhi and Zhou, "Vertical Paxos and Primary-Backup Replication", PODC 2009`,
    protocol: createChain({ ...RULES, isOfEpoch: () => true }),
    habitat: CHAINS,
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'chain/forwards-before-durable',
    sentence: 'Updates go on, and are committed, before they are on disk.',
    source: `${CHAIN}, section 2: servers are fail-stop, and what they have confirmed lasts`,
    protocol: createChain({ ...RULES, forwardsUpTo: (_durable, last) => last }),
    habitat: {
      ...CHAINS,
      fsyncMs: [10, 50],
      faults: ['power-loss', 'crash'],
      faultMs: [5, 60],
      faultCount: [6, 14],
    },
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'chain/history-kept-on-leaving',
    sentence: 'A node that was left out of the chain comes back with updates that were never committed.',
    source: `${CHAIN}, section 3`,
    protocol: createChain({ ...RULES, keptOnLeaving: (_committed, last) => last }),
    habitat: CHAINS,
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'chain/excludes-before-lease-ends',
    sentence: 'A node is left out of the chain while its lease lets it answer.',
    source: LEASES,
    protocol: createChain({ ...RULES, mayExclude: () => true }),
    habitat: {
      ...CHAINS,
      params: { ...CHAINS.params, suspectAfterMs: 60, leaseMs: 250, heartbeatMs: 20 },
      mix: { read: 0.7, update: 0.3 },
    },
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'chain/one-master-decides',
    sentence: 'The vote of one master is enough to change the chain.',
    source: 'Lamport, "Paxos Made Simple", 2001',
    protocol: createChain({ ...RULES, isMajority: () => true }),
    habitat: CHAINS,
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'chain/retry-applied-twice',
    sentence: 'A retried update is done again.',
    source: `${CHAIN}, section 2: a client retries, and the head must recognise it`,
    protocol: createChain({ ...RULES, isRepeated: () => false }),
    habitat: { ...CHAINS, timeoutMs: 50, retries: 3, mix: { read: 0.4, update: 0.6 } },
    caughtBy: CAUGHT_BY,
  },
]
