import { sampleReport, sampleTopology } from './sample-report.ts'
import { sampleLive } from './sample-live.ts'
import type { Report } from '../types.ts'

/** Names that would do harm if a view printed them as they are. */
export const HOSTILE_NAMES = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  ']]></svg><svg onload=alert(1)>',
  '</title></style><b>',
  '--><!--',
  'javascript:alert(1)',
  '=HYPERLINK("http://x","y")',
  '| [x](javascript:alert(1)) `code` |',
  '$& $1 $` \u0000 \u202e \ud800',
]

/** A report in which every text that a file can set is one of the hostile names. */
export function hostileReport(): Report {
  const name = (i: number): string => HOSTILE_NAMES[i % HOSTILE_NAMES.length]
  const all = HOSTILE_NAMES.join(' ')
  const topology = sampleTopology()
  const regions = topology.regions.map((region, i) => ({ ...region, id: name(i) }))
  const regionOf = new Map(topology.regions.map((region, i) => [region.id, name(i)]))
  const hostile = {
    ...topology,
    name: all,
    notes: all,
    regions,
    replicas: topology.replicas.map((replica, i) => ({
      ...replica,
      id: name(i),
      zone: name(i + 1),
      region: regionOf.get(replica.region) as string,
    })),
    clients: topology.clients.map((client, i) => ({
      ...client,
      id: name(i + 3),
      region: regionOf.get(client.region) as string,
    })),
  }
  const report = sampleReport({ topology: hostile })
  return {
    ...report,
    settings: HOSTILE_NAMES.map((text) => ({ label: text, value: text, consequence: text })),
    faults: report.faults.map((fault) => ({ ...fault, label: all })),
    notes: [{ tMs: 1, place: all, kind: all, text: all }],
    facts: [{ kind: all, label: all, total: 1, byReplica: {} }],
    guarantees: [
      { name: all, status: 'violated', evidence: { [all]: all } },
      { name: all, status: 'undecided', evidence: all },
    ],
    expectations: [{ text: all, status: 'undecided', actual: all, reason: all }],
    availability: {
      ...report.availability,
      errors: { [all]: 3, constructor: 1 },
      definition: all,
      windows: report.availability.windows.map((window) => ({
        ...window,
        label: all,
        sides: [{ label: all, availability: 1, operations: 1 }],
      })),
    },
    load: { ...report.load, byKind: [{ kind: all, label: all, messages: 1, bytes: 1 }] },
    live: sampleLive({
      reason: all,
      stalls: { count: 3, maxMs: 12, thread: all },
      busy: HOSTILE_NAMES.map((thread) => ({ thread, share: 0.1 })),
      links: HOSTILE_NAMES.map((name) => ({
        from: name,
        to: name,
        latenessMs: { p50: 0, p99: 1, count: 2 },
      })),
    }),
    provenance: { ...report.provenance, command: all, tool: all, platform: all },
  }
}
