import { expect, test } from 'vitest'
import { Rng } from '../base/rng.ts'
import type { TopologyFile } from './habitat.ts'
import { minimise, shrink } from './shrink.ts'

test('minimise leaves exactly what a failure needs, whatever it is (1-minimality, brute force)', () => {
  const rng = Rng.stream(7, 'shrink')
  for (let round = 0; round < 200; round++) {
    const items = Array.from({ length: rng.between(1, 12) }, (_, index) => index)
    const needed = items.filter(() => rng.below(3) === 0)
    const kept = minimise(items, (rest) => needed.every((item) => rest.includes(item)))
    expect(kept).toEqual(needed)
  }
})

test('minimise asks only about lists that are shorter than the one that fails', () => {
  const asked: number[] = []
  minimise([1, 2, 3, 4, 5, 6, 7, 8], (rest) => {
    asked.push(rest.length)
    return rest.includes(3) && rest.includes(7)
  })
  expect(Math.max(...asked)).toBeLessThan(8)
  expect(asked.length).toBeLessThan(40)
})

const FILE: TopologyFile = {
  replicas: ['r0', 'r1', 'r2', 'r3', 'r4'].map((id) => ({ id, disk: { fsync: 3 } })),
  clients: ['c0', 'c1', 'c2'].map((id) => ({ id, sessions: 3 })),
  links: { default: { oneWay: 1, lossPpm: 100, duplicatePpm: 100 } },
  workload: { keys: 4 },
  faults: Array.from({ length: 10 }, (_, index) => ({
    kind: 'crash' as const,
    replica: `r${index % 5}`,
    atMs: 101 + 97 * index,
    forMs: 33,
  })),
  run: { durationMs: 2_000, seed: 1 },
}

const hasCrash = (file: TopologyFile, replica: string) =>
  file.faults.some((fault) => fault['replica'] === replica)

test('shrink takes everything away that a failure does not need', () => {
  const fails = (file: TopologyFile) =>
    hasCrash(file, 'r1') && hasCrash(file, 'r3') && file.replicas.length >= 4 && file.run.durationMs >= 450
  const least = shrink(FILE, fails, 500)
  expect(fails(least)).toBe(true)
  expect(least.faults).toHaveLength(2)
  expect(least.replicas).toHaveLength(4)
  expect(least.clients).toHaveLength(0)
  expect(least.run.durationMs).toBeLessThan(560)
  expect(least.links).toEqual({ default: { oneWay: 1 } })
})

test('shrink stops when its runs are spent, and returns what fails', () => {
  let runs = 0
  const fails = (file: TopologyFile) => {
    runs++
    return hasCrash(file, 'r1') && hasCrash(file, 'r3')
  }
  const least = shrink(FILE, fails, 7)
  expect(runs).toBe(7)
  expect(fails(least)).toBe(true)
})
