import * as v from 'valibot'
import { err, ok, type Result } from '../base/result.ts'
import { checkBehaviour } from './checks/behaviour.ts'
import { checkChanges } from './checks/changes.ts'
import { checkFaults } from './checks/faults.ts'
import { checkLinks } from './checks/links.ts'
import { items, member } from './checks/loose.ts'
import { checkParams, checkStrategy } from './checks/params.ts'
import { checkPlaces, collectNames } from './checks/places.ts'
import { checkAcrossShards } from './checks/shards.ts'
import { checkSplits } from './checks/splits.ts'
import { isTooDeep, parseJsonText } from './json-text.ts'
import { LIMITS } from './limits.ts'
import { migrate } from './migrations.ts'
import { ProblemList, type Step } from './problems.ts'
import { resolveFile } from './resolve.ts'
import { topologyFile } from './schema.ts'
import type { StrategyIndex, StrategyManifest } from './strategy.ts'
import type { Problem, Topology } from './types.ts'

/**
 * Reads a topology file. Never throws and never trusts: size and nesting are bounded before the text is parsed, counts
 * before anything is done per item. Returns either a topology with every default filled in, or at least one problem
 * with its JSON path; at most 50 are listed, and one more says how many are left.
 */
export function parseTopology(text: string, strategies: StrategyIndex): Result<Topology, Problem[]> {
  const json = parseJsonText(text)
  return json.ok ? checkJson(json.value, strategies) : json
}

/** The same for JSON that is already parsed. The value is not changed, and the topology shares nothing with it. */
export function checkTopology(value: unknown, strategies: StrategyIndex): Result<Topology, Problem[]> {
  if (isTooDeep(value)) {
    return err([{ path: '$', sentence: `The value is nested more than ${LIMITS.depth} deep. Flatten it.` }])
  }
  return checkJson(value, strategies)
}

function checkJson(value: unknown, strategies: StrategyIndex): Result<Topology, Problem[]> {
  const migrated = migrate(value)
  // What follows speaks of the current format, so a file of another one has this single problem.
  if (!migrated.ok) return err([migrated.error])
  const { problems, topology, strategy } = examine(migrated.value, strategies)
  if (topology !== null && strategy !== null) {
    reportAll([...strategy.check(topology), ...checkAcrossShards(topology)], problems)
    reportAll(checkChanges(topology, strategy), problems)
    reportAll(checkSplits(topology, strategy), problems)
    return problems.isEmpty ? ok(topology) : err(problems.toArray())
  }
  checkDespite(migrated.value, strategies, problems)
  return err(problems.toArray())
}

interface Examination {
  problems: ProblemList
  /** Null when there are problems. */
  topology: Topology | null
  strategy: StrategyManifest | null
}

function examine(file: Readonly<Record<string, unknown>>, strategies: StrategyIndex): Examination {
  const problems = new ProblemList()
  const shape = v.safeParse(topologyFile, file)
  for (const issue of shape.issues ?? []) {
    problems.add(
      (issue.path ?? []).map(({ key }) => key as Step),
      issue.message,
    )
  }
  // Wrong values are still where they were and defaults are filled in: the checks below read around them.
  const loose: unknown = shape.output
  const strategy = checkStrategy(loose, strategies, problems)
  checkBehaviour(loose, problems)
  if (definesNames(loose)) {
    const names = collectNames(loose, problems)
    checkPlaces(loose, names, problems)
    checkLinks(loose, names, strategy, problems)
    checkFaults(loose, names, strategy, problems)
  }
  if (strategy === undefined) return { problems, topology: null, strategy: null }
  const params = checkParams(loose, strategy, problems)
  const topology = shape.success && problems.isEmpty ? resolveFile(shape.output, params) : null
  return { problems, topology, strategy }
}

/** Without a list of regions, replicas or clients every name in the file would be unknown, which helps nobody. */
function definesNames(file: unknown): boolean {
  return (['regions', 'replicas', 'clients'] as const).every((section) => {
    const count = items(member(file, section)).length
    return count > 0 && count <= LIMITS[section]
  })
}

/** Sections on which a strategy's own checks do not depend, and what stands in for them. */
const STAND_INS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['name', 'unnamed'],
  ['notes', ''],
  ['links', {}],
  ['workload', { mix: 'ycsb-a' }],
  ['faults', []],
  ['run', {}],
  ['expect', []],
])

/**
 * The strategy checks whole topologies (w ≤ n and the like). Where problems lie only in sections that do not matter to
 * it, it is asked all the same, with those sections replaced, so that nobody mends a file only to meet its next fault.
 */
function checkDespite(
  file: Readonly<Record<string, unknown>>,
  strategies: StrategyIndex,
  problems: ProblemList,
): void {
  if (problems.isCut) return
  const known = new Set(Object.keys(topologyFile.entries))
  const mended: Record<string, unknown> = { ...file }
  for (const section of problems.sections) {
    if (STAND_INS.has(section)) mended[section] = STAND_INS.get(section)
    else if (known.has(section) || section === '$') return
  }
  for (const section of Object.keys(mended)) if (!known.has(section)) delete mended[section]
  const { topology, strategy } = examine(mended, strategies)
  if (topology !== null && strategy !== null) reportAll(strategy.check(topology), problems)
}

function reportAll(found: readonly Problem[], problems: ProblemList): void {
  for (const { path, sentence } of found) problems.addAt(path, sentence)
}
