import { createTtlCache } from '../ttl-cache/index.ts'
import type { Habitat, PlantedBug } from './planted-bug.ts'
import { SESSION_GUARANTEES } from './sources.ts'

const HTTP_CACHING = 'RFC 9111, "HTTP Caching"'

const EXPIRED = 'no answer from an expired copy'
/** A hundred milliseconds, and what clocks that run fast or slow may add. */
const BOUND = 'bounded-staleness:102'

const CACHES: Habitat = {
  replicas: [3, 4],
  params: { ttlMs: [100, 300], negativeTtlMs: 100, upstreamTimeoutMs: 100, requestTimeoutMs: 300 },
  keys: [1, 2],
  clients: [2, 4],
  thinkMs: [3, 12],
  timeoutMs: 400,
  link: { oneWay: { dist: 'uniform', min: 1, max: 15 } },
  faults: ['partition', 'isolate', 'cut', 'pause'],
  faultCount: [2, 5],
  faultMs: [80, 300],
  durationMs: [900, 1_500],
  judges: [],
}

const BOUNDED: Habitat = {
  ...CACHES,
  read: 'bounded-staleness',
  params: { ...CACHES.params, ttlMs: 300, maxStalenessMs: 100 },
  judges: [BOUND],
}

export const TTL_CACHE_BUGS: readonly PlantedBug[] = [
  {
    id: 'ttl-cache/expired-copy-served',
    sentence: 'A cache answers from a copy whose time to live has run out, though it may not serve stale.',
    source: `${HTTP_CACHING}, section 4.2.4; RFC 1035, section 3.2.1`,
    protocol: createTtlCache({ isFresh: () => true }),
    habitat: BOUNDED,
    caughtBy: [EXPIRED, BOUND],
  },
  {
    id: 'ttl-cache/stale-without-leave',
    sentence: 'A cache that cannot reach the origin serves expired copies where consistency was asked for.',
    source: 'RFC 5861, section 4; RFC 8767, section 4',
    protocol: createTtlCache({ mayServeStale: (_isAllowed, expiredForNs, forNs) => expiredForNs < forNs }),
    habitat: { ...CACHES, params: { ...CACHES.params, staleAfterMs: 20 } },
    caughtBy: [EXPIRED],
  },
  {
    id: 'ttl-cache/purge-lost-on-race',
    sentence:
      'A purge of a key that is not held is forgotten, and the older copy that is on its way then stays.',
    source:
      'Nishtala et al., "Scaling Memcache at Facebook", NSDI 2013, section 3.2.1: stale sets, which leases prevent',
    protocol: createTtlCache({ mindsPurge: (isHeld) => isHeld }),
    habitat: {
      ...CACHES,
      params: { ...CACHES.params, ttlMs: 200, purge: 'invalidate', maxEntries: 1 },
      keys: [2, 3],
      thinkMs: [1, 5],
    },
    caughtBy: ['no answer from a purged copy'],
  },
  {
    id: 'ttl-cache/negative-answer-lives-on',
    sentence: 'That a key does not exist is remembered for as long as a value would be.',
    source: 'RFC 2308, section 5',
    protocol: createTtlCache({ lifetimeNs: (_isAbsent, { ttlNs }) => ttlNs }),
    habitat: {
      ...CACHES,
      params: { ...CACHES.params, ttlMs: 400, negativeTtlMs: 20 },
      mix: { read: 0.6, update: 0.2, delete: 0.2 },
    },
    caughtBy: [EXPIRED],
  },
  {
    id: 'ttl-cache/age-not-handed-down',
    sentence: 'The time to live begins anew at each tier of caches.',
    source: `${HTTP_CACHING}, section 5.1 (Age)`,
    protocol: createTtlCache({ passedOnAgeNs: () => 0 }),
    habitat: {
      ...BOUNDED,
      replicas: [4, 6],
      params: { ...BOUNDED.params, parents: 1 },
      mix: { read: 0.9, update: 0.1 },
    },
    caughtBy: [BOUND],
  },
  {
    id: 'ttl-cache/session-ignored',
    sentence: 'A cache answers a session from a copy that is older than what the session has written.',
    source: SESSION_GUARANTEES,
    protocol: createTtlCache({ isCurrent: () => true }),
    habitat: { ...CACHES, read: 'read-your-writes', judges: ['read-your-writes'] },
    caughtBy: [
      'read-your-writes',
      'no answer older than what its session has seen',
      'no answer from a purged copy',
    ],
  },
  {
    id: 'ttl-cache/origin-answers-before-durable',
    sentence: 'The origin confirms writes, and hands out what they made, before they are on its disk.',
    source: `${HTTP_CACHING} takes an origin for granted that keeps what it said`,
    protocol: createTtlCache({ waitsFor: () => -1 }),
    habitat: {
      ...CACHES,
      read: 'linearizable',
      fsyncMs: [10, 50],
      faults: ['power-loss', 'crash'],
      faultMs: [5, 60],
      faultCount: [6, 14],
      judges: ['linearizable'],
    },
    caughtBy: ['linearizable', 'a copy is a version that the origin had'],
  },
]
