import { expect, test } from 'vitest'
import { registry } from '../protocols/registry.ts'
import { soak } from './soak.ts'

/** Fresh seeds each time, so that every run of the tests looks where none has looked before. */
const RUNS: Readonly<Record<string, number>> = { leaderless: 60, raft: 12 }
const RUNS_OTHERWISE = 12
const firstSeed = 1_000_000 + (Date.now() % 1_000_000_000)

for (const [id, protocol] of registry) {
  const runs = RUNS[id] ?? RUNS_OTHERWISE
  test(`${id}: ${runs} random topologies under random faults, in checked mode`, () => {
    let ran = 0
    let faults = 0
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
      const result = soak(protocol, seed)
      const reproduce = `npm run soak -- --protocol ${id} --seeds ${seed}..${seed}`
      expect(result.violations, reproduce).toEqual([])
      if (result.refused === null) ran++
      faults += Object.values(result.faults).reduce((sum, count) => sum + count, 0)
    }
    expect(ran).toBeGreaterThan(runs * 0.9)
    expect(faults).toBeGreaterThan(runs / 2)
  })
}
