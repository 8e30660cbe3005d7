import { Histogram } from '../../../shared/base/histogram.ts'
import { Rng } from '../../../shared/base/rng.ts'
import { PBS_FITS } from '../../../shared/testing/pbs.ts'
import { compileDistribution } from '../../../shared/topology/distributions.ts'
import { medianSeconds } from '../figure.ts'
import type { Suite } from '../figure.ts'

/** xoshiro128** with its state in four variables of one loop: as fast as the generator can be here. */
function bareXoshiro(count: number): number {
  let [a, b, c, d] = [1, 2, 3, 4]
  let sum = 0
  for (let index = 0; index < count; index++) {
    const five = Math.imul(b, 5)
    sum = (sum + Math.imul((five << 7) | (five >>> 25), 9)) | 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << 11) | (d >>> 21)
  }
  return sum
}

export const randomSuite: Suite = {
  name: 'random',
  summary: 'random numbers, latency draws and histogram records',
  run(quick, report) {
    const draws = quick ? 1_000_000 : 20_000_000
    let sink = 0
    const bare = draws / medianSeconds(() => (sink += bareXoshiro(draws))) / 1e6
    const ours =
      draws /
      medianSeconds(() => {
        const rng = Rng.stream(1, 'bench')
        for (let index = 0; index < draws; index++) sink = (sink + rng.u32()) | 0
      }) /
      1e6
    report({
      name: 'xoshiro128** draws from a stream',
      value: ours,
      unit: 'M/s',
      reference: { name: 'the bare recurrence in one loop', value: bare, measured: 'in this run' },
      ratio: ours / bare,
    })
    const samples = draws / 10
    for (const [name, spec] of Object.entries(PBS_FITS)) {
      const distribution = compileDistribution(spec)
      const rate =
        samples /
        medianSeconds(() => {
          const rng = Rng.stream(1, name)
          for (let index = 0; index < samples; index++) sink += distribution.sampleNs(rng)
        }) /
        1e6
      report({ name: `latency draws, ${name}`, value: rate, unit: 'M/s' })
    }
    const histogram = new Histogram()
    const values = new Float64Array(4096).map((_, index) => 1000 + ((index * 7919) % 10_000_000))
    const records =
      draws /
      medianSeconds(() => {
        for (let index = 0; index < draws; index++) histogram.record(values[index & 4095])
      }) /
      1e6
    report({
      name: 'histogram records',
      value: records,
      unit: 'M/s',
      reference: { name: 'log-bucketed Uint32Array, on another machine', value: 128, measured: 'recorded' },
      ratio: records / 128,
      note: `checksum ${sink % 10}`,
    })
  },
}
