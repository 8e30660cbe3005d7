import type { FaultSpec } from '../../../shared/topology/types.ts'
import type { MenuItem } from '../../components/menu-item.ts'
import type { TopologyFile } from '../../model/file.ts'
import type { Selected } from '../../stores/ui.ts'

/** Faults that a click begins: no end is planned, they last until they are lifted. */
type Begin = (fault: FaultSpec) => void

const NOW = { atMs: 0, forMs: null }
/** What a click means by "slow" and "lossy": far from normal, and not a cut. */
const SLOW_PLUS_MS = 200
const LOSS_PPM = 200_000
const CLOCK_OFFSET_MS = 100
const SLOW_FSYNC_MS = 100

/** What can be done to a part of the topology while it runs. */
export function faultItems(selected: Selected | null, file: TopologyFile, begin: Begin): MenuItem[] {
  if (selected === null) return []
  if (selected.kind === 'link') return linkItems(selected.from, selected.to, begin)
  const { id } = selected
  if (selected.kind === 'replica') return replicaItems(id, begin)
  if (selected.kind === 'region') return regionItems(id, file, begin)
  return [
    {
      label: `Cut ${id} off`,
      icon: 'partition',
      run: () => begin({ ...NOW, kind: 'partition', groups: [[id]] }),
    },
  ]
}

function linkItems(from: string, to: string, begin: Begin): MenuItem[] {
  return [
    {
      label: 'Cut this link',
      icon: 'cut',
      run: () => begin({ ...NOW, kind: 'cut', from, to, oneWay: false }),
    },
    {
      label: `Cut it from ${from} to ${to} alone`,
      icon: 'cut',
      run: () => begin({ ...NOW, kind: 'cut', from, to, oneWay: true }),
    },
    {
      label: `Slow it by ${SLOW_PLUS_MS} ms`,
      icon: 'slow',
      run: () => begin({ ...NOW, kind: 'slow', from, to, plusMs: SLOW_PLUS_MS }),
    },
    {
      label: `Lose ${LOSS_PPM / 10_000} % of its messages`,
      icon: 'loss',
      run: () => begin({ ...NOW, kind: 'loss', from, to, lossPpm: LOSS_PPM }),
    },
  ]
}

function replicaItems(replica: string, begin: Begin): MenuItem[] {
  return [
    { label: `Crash ${replica}`, icon: 'crash', run: () => begin({ ...NOW, kind: 'crash', replica }) },
    { label: `Pause ${replica}`, icon: 'pause', run: () => begin({ ...NOW, kind: 'pause', replica }) },
    { label: `Isolate ${replica}`, icon: 'isolate', run: () => begin({ ...NOW, kind: 'isolate', replica }) },
    'separator',
    {
      label: `Set its clock ahead by ${CLOCK_OFFSET_MS} ms`,
      icon: 'clock',
      run: () => begin({ ...NOW, kind: 'clock', replica, offsetMs: CLOCK_OFFSET_MS, driftPpm: 0 }),
    },
    {
      label: `Slow its disk to ${SLOW_FSYNC_MS} ms`,
      icon: 'disk',
      run: () => begin({ ...NOW, kind: 'slow-disk', replica, fsync: SLOW_FSYNC_MS }),
    },
  ]
}

function regionItems(region: string, file: TopologyFile, begin: Begin): MenuItem[] {
  const replicas = file.replicas.filter((each) => each.region === region).map(({ id }) => id)
  return [
    {
      label: `Cut ${region} off`,
      icon: 'partition',
      disabled: file.regions.length < 2,
      run: () => begin({ ...NOW, kind: 'partition', groups: [[region]] }),
    },
    {
      label: `Power loss in ${region}`,
      icon: 'power',
      disabled: replicas.length === 0,
      run: () => begin({ ...NOW, kind: 'power-loss', replicas }),
    },
  ]
}

/** A partition as it was drawn across the canvas. */
export function drawnPartition(groups: readonly [string[], string[]]): FaultSpec {
  return { ...NOW, kind: 'partition', groups: groups.map((group) => [...group]) }
}
