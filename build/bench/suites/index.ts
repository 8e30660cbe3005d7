import type { Suite } from '../figure.ts'
import { agendaSuite } from './agenda.ts'
import { agreementSuite } from './agreement.ts'
import { checkersSuite } from './checkers.ts'
import { liveSuite } from './live.ts'
import { memorySuite } from './memory.ts'
import { pbsSuite } from './pbs.ts'
import { predictSuite } from './predict.ts'
import { raftSuite } from './raft.ts'
import { randomSuite } from './random.ts'
import { simulatorSuite } from './simulator.ts'
import { transportSuite } from './transport.ts'

export const suites: readonly Suite[] = [
  agendaSuite,
  randomSuite,
  simulatorSuite,
  raftSuite,
  predictSuite,
  pbsSuite,
  memorySuite,
  checkersSuite,
  transportSuite,
  liveSuite,
  agreementSuite,
]
