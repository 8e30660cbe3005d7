import type { Topology } from '../topology/types.ts'

/**
 * Whether the replicas' clocks stay within what the strategy is told of them: only then do timestamps keep what they
 * promise. Faults count as if each were still on when the next comes.
 */
export function clocksAreKept({ replicas, faults, replication, run }: Topology): boolean {
  const { timestamps, maxClockOffsetMs } = replication.params
  const errors = replicas.map(({ id, clock }) => {
    let { offsetMs: least, offsetMs: most } = clock
    let driftPpm = Math.abs(clock.driftPpm)
    for (const fault of faults) {
      // A fault may name whoever leads.
      if (
        fault.kind !== 'clock' ||
        (fault.replica !== id && replicas.some((one) => one.id === fault.replica))
      )
        continue
      least += Math.min(0, fault.offsetMs)
      most += Math.max(0, fault.offsetMs)
      driftPpm += Math.abs(fault.driftPpm)
    }
    // Runs go on for a while after the last operation.
    const driftMs = (driftPpm * (run.durationMs + 20_000)) / 1_000_000
    return { least: least - driftMs, most: most + driftMs, uncertaintyMs: clock.uncertaintyMs }
  })
  if (timestamps === 'commit-wait') {
    return errors.every(({ least, most, uncertaintyMs }) => least >= -uncertaintyMs && most <= uncertaintyMs)
  }
  const spread = Math.max(...errors.map(({ most }) => most)) - Math.min(...errors.map(({ least }) => least))
  return timestamps !== 'hybrid' || spread <= Number(maxClockOffsetMs)
}
