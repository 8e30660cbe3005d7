import { describe, expect, test } from 'vitest'
import { buildPlan } from '../plan/build.ts'
import { topologyOf } from '../testing/topologies.ts'
import { Router } from './router.ts'

/** Three replicas (places 0 to 2) and a client (place 3), all equally near. */
function router(redirectsApart: boolean): Router {
  return new Router(buildPlan(topologyOf()), 3, false, redirectsApart)
}

/** Where so many operations in a row go. */
function targets(of: Router, f: 'read' | 'write', count = 30): Set<number> {
  const all = new Set<number>()
  for (let i = 0; i < count; i++) {
    const to = of.choose(0, f, 0, 0)
    of.heard(to)
    all.add(to)
  }
  return all
}

describe('redirects', () => {
  test('hold for all operations of a shard', () => {
    const plain = router(false)
    plain.redirected(0, 'write', 2, 0)
    expect([targets(plain, 'write'), targets(plain, 'read')]).toEqual([new Set([2]), new Set([2])])
  })

  test('or, where a strategy says so, for reads and for others apart', () => {
    const apart = router(true)
    apart.redirected(0, 'write', 2, 0)
    expect(targets(apart, 'write')).toEqual(new Set([2]))
    expect(targets(apart, 'read').size).toBe(3)
    apart.redirected(0, 'read', 1, 0)
    expect([targets(apart, 'write'), targets(apart, 'read')]).toEqual([new Set([2]), new Set([1])])
  })

  test('end when the replica that they name stays silent', () => {
    const apart = router(true)
    apart.redirected(0, 'write', 2, 0)
    apart.redirected(0, 'read', 2, 0)
    apart.silent(2, 0, 0)
    expect([targets(apart, 'write'), targets(apart, 'read')]).toEqual([new Set([0, 1]), new Set([0, 1])])
  })
})
