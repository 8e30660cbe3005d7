import type { Topology } from '../../../topology/types.ts'

type Add = (path: string, sentence: string) => void

const PARAMS = '$.replication.params'

/** What timestamps rely on: leases, clocks that say how wrong they are, bounds that leave room for them. */
export function checkTimestamps({ replication, replicas, consistency }: Topology, add: Add): void {
  const { timestamps, reads, checkQuorum, maxClockOffsetMs } = replication.params
  const maxStalenessMs = Number(replication.params['maxStalenessMs'])
  if (timestamps === 'none') {
    if (reads === 'timestamp') {
      add(
        `${PARAMS}.reads`,
        'Writes bear no timestamps, so nothing can be read at one. Set timestamps to "commit-wait", "hybrid" or ' +
          '"oracle", or reads to "auto".',
      )
    }
    return
  }
  if (checkQuorum !== true) {
    add(
      `${PARAMS}.checkQuorum`,
      "Timestamps rely on the leader's lease, and that on voters that stay with the leader they hear from, which is a " +
        'part of checkQuorum. Turn it on, or set timestamps to "none".',
    )
  }
  if (timestamps === 'commit-wait') {
    replicas.forEach(({ id, clock }, position) => {
      if (clock.uncertaintyMs > 0) return
      add(
        `$.replicas[${position}].clock.uncertaintyMs`,
        `The clock of ${id} states no uncertainty, so that there is nothing to wait for. Spanner's is 1 to 7 ms; set ` +
          'uncertaintyMs to how far the clock may be from true time.',
      )
    })
  }
  const isTight = consistency.read === 'bounded-staleness' && maxStalenessMs <= Number(maxClockOffsetMs)
  if (timestamps === 'hybrid' && isTight) {
    add(
      `${PARAMS}.maxStalenessMs`,
      `Clocks may be ${String(maxClockOffsetMs)} ms apart, so nobody can tell what is at most ${maxStalenessMs} ms old. ` +
        'Set maxStalenessMs above maxClockOffsetMs.',
    )
  }
}
