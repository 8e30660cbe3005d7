import { describe, expect, test } from 'vitest'
import { flush, singleLeaderCluster, submit } from '../../testing/single-leader-cluster.ts'
import type { Cluster } from '../../testing/single-leader-cluster.ts'

/** Place 3 is not in the cluster yet; the leader waits for so many of its followers. */
function clusterOfThree(syncReplicas = 1): Cluster {
  return singleLeaderCluster(4, {
    members: 3,
    preloaded: 100,
    params: {
      failover: 'off',
      replication: 'synchronous',
      syncReplicas,
      readsFrom: 'nearest',
      copyChunkBytes: 500,
    },
  })
}

const want = (cluster: Cluster, members: readonly number[]) =>
  cluster.inject(0, { type: 'members', members, spares: [] })

function write(cluster: Cluster, value: number): number {
  const opId = submit(cluster, 0, 'write', { value })
  cluster.deliver()
  return opId
}

describe('standbys that come and go', () => {
  test('a newcomer passes requests on until its copy is complete, and answers then', () => {
    const cluster = clusterOfThree()
    write(cluster, 7)
    const early = submit(cluster, 3, 'read')
    expect(cluster.replies.has(early)).toBe(false)
    cluster.deliver()
    expect(cluster.outcome(early)).toMatchObject({ status: 'ok', value: 7 })
    want(cluster, [0, 1, 2, 3])
    cluster.deliver()
    expect(cluster.state(3).isJoining).toBe(false)
    const late = submit(cluster, 3, 'read')
    expect(cluster.outcome(late)).toMatchObject({ status: 'ok', value: 7 })
  })

  test('it counts among the followers once it keeps up, not while it is being copied to', () => {
    const cluster = clusterOfThree(2)
    want(cluster, [0, 1, 2, 3])
    cluster.deliver(({ to }) => to === 3)
    expect(cluster.state(0).dataMembers).toEqual([0, 1, 2])
    const opId = submit(cluster, 0, 'write', { value: 7 })
    cluster.drop(({ to }) => to === 2)
    cluster.deliver()
    expect(cluster.replies.has(opId)).toBe(false)
    want(cluster, [0, 1, 2, 3])
    flush(cluster, 0)
    cluster.deliver()
    expect(cluster.state(0).dataMembers).toEqual([0, 1, 2, 3])
    // Now it stands for the one that did not hear.
    write(cluster, 8)
    expect(cluster.outcome(opId).status).toBe('ok')
  })

  test('one that goes is sent nothing any more, and a leader that restarts knows', () => {
    const cluster = clusterOfThree()
    want(cluster, [0, 1])
    submit(cluster, 0, 'write', { value: 7 })
    expect(cluster.network.filter(({ to }) => to === 2)).toEqual([])
    cluster.crash(0)
    cluster.boot(0)
    expect(cluster.state(0).dataMembers).toEqual([0, 1])
  })

  test('a newcomer that restarts before its copy is complete still has nothing', () => {
    const cluster = clusterOfThree()
    want(cluster, [0, 1, 2, 3])
    cluster.deliver(({ body, to }) => to === 3 && body.kind === 'single-leader.copy' && body.offset === 0)
    cluster.crash(3)
    cluster.boot(3)
    expect(cluster.state(3).isJoining).toBe(true)
    for (let beat = 0; beat < 3; beat++) {
      cluster.fire(0, 'heartbeat')
      cluster.deliver()
    }
    expect(cluster.state(3).isJoining).toBe(false)
    cluster.crash(3)
    cluster.boot(3)
    expect(cluster.state(3).isJoining).toBe(false)
  })
})
