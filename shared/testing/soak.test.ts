import { expect, test } from 'vitest'
import { registry } from '../protocols/registry.ts'
import type { AnyProtocol, MessageBody } from '../protocols/contract.ts'
import { soak } from './soak.ts'

const singleLeader = registry.get('single-leader') as AnyProtocol

test('replicas need not be equal behind a message that an ordered link holds on to', () => {
  // Its latency has no variance (Pareto, alpha 2), and one message of it takes longer than the rest of the run.
  expect(soak(singleLeader, 590_492_885).violations).toEqual([])
})

test('the sample with which a run ends is kept, though it is one too many', () => {
  // It is the 400th, after which every second one goes.
  expect(soak(registry.get('multi-leader') as AnyProtocol, 211_721_640).violations).toEqual([])
})

test.each([
  // Reads of what is not committed, and a chain of one that loses it: the position goes to another write.
  ['chain', 326_908_570],
  // Leaders hand over every 150 ms, and an operation of theirs takes longer.
  ['raft', 326_908_529],
])('%s is not blamed for what it does not promise: seed %i', (id, seed) => {
  expect(soak(registry.get(id) as AnyProtocol, seed).violations).toEqual([])
})

test('replicas that nothing holds up must be equal', () => {
  // A follower that throws away what it was sent stays behind, and nothing else is wrong with it.
  const deaf: AnyProtocol = {
    ...singleLeader,
    step: (state, at, input, out) => {
      if (input.type === 'message' && /append$|copy$/.test((input.body as MessageBody).kind)) return
      singleLeader.step(state, at, input, out)
    },
  }
  const violations = [1, 2, 3, 4].flatMap((seed) => soak(deaf, seed).violations)
  expect(violations).toContain('replicas still differ ten seconds after the last operation')
})
