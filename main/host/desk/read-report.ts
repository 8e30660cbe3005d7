import { err, ok, type Result } from '../../../shared/base/result.ts'
import { strategies } from '../../../shared/protocols/registry.ts'
import type { Report } from '../../../shared/report/types.ts'
import { checkTopology } from '../../../shared/topology/parse.ts'
import { isObject } from '../../../shared/topology/problems.ts'
import type { StrategyIndex } from '../../../shared/topology/strategy.ts'
import { fileOf } from '../../../shared/topology/stringify.ts'
import type { Problem, Topology } from '../../../shared/topology/types.ts'
import { UNKNOWN_STRATEGY } from './imported-topology.ts'
import { asReport, problemOfReport } from './report-schema.ts'

const FORMAT: Report['format'] = 'replica-lab/report@1'

/** A report that comes from outside, checked as far as views rely on it; or why it is none, as a sentence's end. */
export function reportFrom(value: unknown): Result<Report, string> {
  if (!isObject(value) || value.format !== FORMAT) return err(`its format must be "${FORMAT}".`)
  const problem = problemOfReport(value)
  if (problem !== null) return err(problem)
  const report = asReport(value)
  const topology = soundTopology(report.topology)
  if (topology.ok) return ok({ ...report, topology: topology.value })
  const [first] = topology.error
  return err(`its topology has a problem at ${first.path}: ${first.sentence}`)
}

/** The topology of a report, checked like any file: what a report holds is no more to be trusted than a file. */
function soundTopology(topology: Topology): Result<Topology, Problem[]> {
  const known: StrategyIndex = new Map([...strategies, [UNKNOWN_STRATEGY.id, UNKNOWN_STRATEGY]])
  let file: unknown
  try {
    file = fileOf(topology, known)
  } catch {
    return err([{ path: '$', sentence: 'It is not a whole topology.' }])
  }
  return checkTopology(file, known)
}
