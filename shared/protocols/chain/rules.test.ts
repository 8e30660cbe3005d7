import { describe, expect, test } from 'vitest'
import {
  among,
  chainCluster,
  nodesAt,
  read,
  tick,
  TICKS_TO_EXCLUDE,
  write,
} from '../../testing/chain-cluster.ts'
import type { Rules } from './rules.ts'

/** What goes wrong without a rule, and what notices. Each scenario is run with the rule first. */

const consistency = { read: 'linearizable' } as const

function broken(scenario: (rules: Partial<Rules>) => void, rules: Partial<Rules>, sentence: RegExp): void {
  scenario({})
  expect(() => scenario(rules)).toThrow(sentence)
}

describe('a rule that is broken', () => {
  test('a node that returns its newest version once the tail has answered: a dirty read', () => {
    const scenario = (rules: Partial<Rules>) => {
      const chain = chainCluster(3, { consistency }, rules)
      write(chain, 0, 1, 7)
      chain.deliver(({ to }) => to === 1)
      read(chain, 1, 1)
      chain.deliver(({ body }) => /version/.test(body.kind))
    }
    broken(scenario, { answersUpTo: (_told, _committed, last) => last }, /"no dirty read": place 1/)
  })

  test('an update that is sent on before it is on disk: the next node has what this one may yet lose', () => {
    const scenario = (rules: Partial<Rules>) => {
      const chain = chainCluster(2, { holdsDisk: true }, rules)
      for (const place of chain.members) chain.flush(place)
      chain.deliver()
      write(chain, 0, 1, 7)
      chain.deliver()
    }
    broken(scenario, { forwardsUpTo: (_durable, last) => last }, /"update propagation": place 1 has update 1/)
  })

  test('a node that keeps what was under way when it was left out: two updates of one number', () => {
    const scenario = (rules: Partial<Rules>) => {
      const chain = chainCluster(3, {}, rules)
      write(chain, 0, 1, 7)
      chain.drop()
      tick(chain, TICKS_TO_EXCLUDE, [1, 2])
      write(chain, 1, 1, 8)
      among(chain, [1, 2])
      tick(chain, 8)
    }
    broken(scenario, { keptOnLeaving: (_committed, last) => last }, /have different updates 1/)
  })

  test('a chain without a node that has a lease: it answers with what is no longer so', () => {
    const scenario = (rules: Partial<Rules>) => {
      const chain = chainCluster(3, { consistency, params: { suspectAfterMs: 200, leaseMs: 2000 } }, rules)
      for (let i = 0; i < 5; i++) {
        for (const place of [0, 1]) chain.fire(place, 'tick')
        among(chain, [0, 1])
      }
      const isChanged = nodesAt(chain, 0).length === 2
      write(chain, 0, 1, 7)
      among(chain, [0, 1])
      const op = read(chain, 2, 1)
      if (isChanged && chain.outcome(op).value !== 7) throw new Error('a stale read')
    }
    broken(scenario, { mayExclude: () => true }, /a stale read/)
  })

  test('leases and ballots without a majority: two chains of one epoch', () => {
    const scenario = (rules: Partial<Rules>) => {
      const chain = chainCluster(3, {}, rules)
      for (let i = 0; i < TICKS_TO_EXCLUDE; i++) {
        tick(chain, 1, [0])
        tick(chain, 1, [1, 2])
      }
    }
    broken(scenario, { isMajority: (votes) => votes.size > 0 }, /"one chain per epoch"/)
  })

  test('a retry that is not recognised is done twice', () => {
    const scenario = (rules: Partial<Rules>) => {
      const chain = chainCluster(2, {}, rules)
      write(chain, 0, 1, 7)
      const op = { f: 'write', key: 1, value: 7, expected: 0, count: 0, bytes: 10 } as const
      const session = { process: 7, sequence: 1, token: null }
      chain.inject(0, { type: 'request', opId: 900, op, session })
      if (chain.state(0).history.last > 1) throw new Error('done twice')
    }
    broken(scenario, { isRepeated: () => false }, /done twice/)
  })
})
