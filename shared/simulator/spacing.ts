import type { Ns } from '../base/time.ts'
import { niceBinNs } from '../history/traffic.ts'

/** Spacing of the samples of a run: some two hundred, or every 10 ms where its length isn't known. */
export function sampleSpacingNs(durationNs: Ns): Ns {
  return Number.isFinite(durationNs) ? niceBinNs(durationNs / 200) : 10_000_000
}
