import type { TopologyFile } from './habitat.ts'

/**
 * Minimising a run that fails: fewer faults, then shorter ones, a shorter run, fewer clients, replicas and quirks, as
 * long as it still fails. The simulator is deterministic, so each candidate is decided by one run. (Delta debugging:
 * Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 2002.)
 */

/** Whether a file still shows what was found. One that cannot be run does not. */
export type StillFails = (file: TopologyFile) => boolean

/** At most so many runs are spent; what was reached by then is returned. */
export function shrink(file: TopologyFile, stillFails: StillFails, runsMax: number): TopologyFile {
  let runs = 0
  let best = file
  const attempt = (candidate: TopologyFile): boolean => {
    if (runs >= runsMax) return false
    runs++
    if (!stillFails(candidate)) return false
    best = candidate
    return true
  }
  shorten(() => best, attempt)
  const lists = ['faults', 'clients', 'replicas'] as const
  for (const field of lists) {
    minimise<unknown>(best[field], (items) => attempt({ ...best, [field]: items }))
  }
  for (const simpler of SIMPLIFICATIONS) {
    const candidate = simpler(best)
    if (JSON.stringify(candidate) !== JSON.stringify(best)) attempt(candidate)
  }
  for (let position = 0; position < best.faults.length; position++)
    simplifyFault(() => best, position, attempt)
  minimise(best.faults, (faults) => attempt({ ...best, faults: [...faults] }))
  shorten(() => best, attempt)
  return best
}

/**
 * A list from which no single item can be left out (ddmin): chunks are dropped, from halves down to single items. `fails`
 * tells whether what is left still fails, and is asked about smaller and smaller lists.
 */
export function minimise<T>(items: readonly T[], fails: (items: readonly T[]) => boolean): readonly T[] {
  let kept = items
  for (let size = Math.ceil(kept.length / 2); size >= 1 && kept.length > 0;) {
    let dropped = false
    for (let from = 0; from < kept.length;) {
      const rest = [...kept.slice(0, from), ...kept.slice(from + size)]
      if (fails(rest)) {
        kept = rest
        dropped = true
      } else from += size
    }
    if (size === 1 && !dropped) break
    size = size === 1 ? 1 : Math.ceil(size / 2)
  }
  return kept
}

/** The shortest run, by halving what may be left off. */
function shorten(best: () => TopologyFile, attempt: (candidate: TopologyFile) => boolean): void {
  for (let stepMs = best().run.durationMs / 2; stepMs >= 50; stepMs /= 2) {
    const { run, faults } = best()
    const durationMs = Math.round(run.durationMs - stepMs)
    if (durationMs < 50) continue
    const left = faults.filter((fault) => Number(fault['atMs']) < durationMs)
    attempt({ ...best(), run: { ...run, durationMs }, faults: left })
  }
}

type Simpler = (file: TopologyFile) => TopologyFile

const SIMPLIFICATIONS: readonly Simpler[] = [
  (file) => ({ ...file, clients: file.clients.map((client) => ({ ...client, sessions: 1 })) }),
  (file) => ({ ...file, workload: { ...(file['workload'] as object), keys: 1 } }),
  (file) => ({ ...file, replicas: file.replicas.map(({ clock: _clock, ...replica }) => replica) }),
  (file) => ({ ...file, replicas: file.replicas.map(({ disk: _disk, ...replica }) => replica) }),
  (file) => withoutQuirk(file, 'duplicatePpm'),
  (file) => withoutQuirk(file, 'reorderPpm'),
  (file) => withoutQuirk(file, 'lossPpm'),
]

function withoutQuirk(file: TopologyFile, quirk: string): TopologyFile {
  const { default: link, ...links } = file['links'] as { default: Record<string, unknown> }
  const { [quirk]: _quirk, ...plain } = link
  return { ...file, links: { ...links, default: plain } }
}

/** Rounder instants, and half as long. */
function simplifyFault(
  best: () => TopologyFile,
  position: number,
  attempt: (candidate: TopologyFile) => boolean,
): void {
  const change = (changes: Record<string, unknown>) => {
    const faults = best().faults.map((fault, at) => (at === position ? { ...fault, ...changes } : fault))
    return attempt({ ...best(), faults })
  }
  const { atMs, forMs } = best().faults[position] as Record<string, unknown>
  const round = (ms: unknown, unit: number) => Math.max(unit, Math.round(Number(ms) / unit) * unit)
  if (typeof forMs !== 'number') return
  const rounded = { atMs: round(atMs, 10), forMs: round(forMs, 10) }
  if (rounded.atMs !== atMs || rounded.forMs !== forMs) change(rounded)
}
