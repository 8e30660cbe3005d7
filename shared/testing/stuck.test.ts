import { expect, test } from 'vitest'
import { buildPlan } from '../plan/build.ts'
import type { AnyProtocol } from '../protocols/contract.ts'
import { simulate } from '../simulator/index.ts'
import { echoProtocol } from './echo-protocol.ts'
import { stuck } from './soak.ts'
import { clientOf, replicaOf, topologyOf } from './topologies.ts'

const mute: AnyProtocol = {
  ...echoProtocol,
  step(state, at, input, out) {
    if (input.type !== 'request') echoProtocol.step(state, at, input, out)
  },
}

function isStuck(protocol: AnyProtocol, timeoutMs: number): boolean {
  const plain = topologyOf()
  const plan = buildPlan(
    topologyOf({
      replicas: ['r1', 'r2'].map((id) => replicaOf(id)),
      clients: ['c1', 'c2'].map((id) =>
        clientOf(id, { sessions: 4, timeoutMs, loop: { closed: { thinkMs: 10 } } }),
      ),
      links: { ...plain.links, default: { ...plain.links.default, oneWay: 20 } },
      replication: { strategy: 'echo', params: {} },
      run: { durationMs: 4_000, warmupMs: 0, seed: 1, timeScale: 1 },
    }),
  )
  return stuck(simulate(plan, protocol, {}), plan)
}

test('a system that never answers is stuck, one that does is not', () => {
  expect(isStuck(mute, 300)).toBe(true)
  expect(isStuck(echoProtocol, 300)).toBe(false)
})

test('clients that give up before an answer can come prove nothing', () => {
  expect(isStuck(echoProtocol, 30)).toBe(false)
})
