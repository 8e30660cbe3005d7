import type { Log } from './log.ts'
import type { Configuration } from './quorum.ts'
import type { Snapshot } from './snapshot.ts'

/** A configuration and the index of the entry that brought it; the first comes from a snapshot or from the boot. */
export interface PlacedConfiguration {
  readonly index: number
  readonly configuration: Configuration
}

/** All that a log holds, oldest first; `initial` where it has no snapshot to begin from. */
export function configurationsIn(
  log: Log,
  snapshot: Snapshot | null,
  initial: Configuration,
): PlacedConfiguration[] {
  const first =
    snapshot === null
      ? { index: 0, configuration: initial }
      : { index: snapshot.index, configuration: snapshot.configuration }
  const found: PlacedConfiguration[] = [first]
  log.entries.forEach(({ configuration }, position) => {
    const index = log.offset + 1 + position
    if (configuration !== null && index > first.index) found.push({ index, configuration })
  })
  return found
}

/** The configuration as of an index that is no older than the first. */
export function configurationAt(placed: readonly PlacedConfiguration[], index: number): Configuration {
  let at = placed.length - 1
  while (at > 0 && placed[at].index > index) at--
  return placed[at].configuration
}
