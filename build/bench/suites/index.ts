import type { Suite } from '../figure.ts'
import { agendaSuite } from './agenda.ts'
import { agreementSuite } from './agreement.ts'
import { checkerMemorySuite } from './checker-memory.ts'
import { checkersSuite } from './checkers.ts'
import { hashSuite } from './hash.ts'
import { liveSuite } from './live.ts'
import { memorySuite } from './memory.ts'
import { pbsSuite } from './pbs.ts'
import { predictSuite } from './predict.ts'
import { raftSuite } from './raft.ts'
import { randomSuite } from './random.ts'
import { shardsSuite } from './shards.ts'
import { simulatorSuite } from './simulator.ts'
import { transportSuite } from './transport.ts'
import { windowSuite } from './window.ts'

export const suites: readonly Suite[] = [
  agendaSuite,
  randomSuite,
  hashSuite,
  simulatorSuite,
  raftSuite,
  shardsSuite,
  predictSuite,
  pbsSuite,
  memorySuite,
  checkersSuite,
  checkerMemorySuite,
  transportSuite,
  liveSuite,
  agreementSuite,
  windowSuite,
]
