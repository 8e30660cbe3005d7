import { err, ok, type Result } from '../../shared/base/result.ts'
import { strategies } from '../../shared/protocols/registry.ts'
import type { Report } from '../../shared/report/types.ts'
import { parseTopology } from '../../shared/topology/parse.ts'
import { isObject, quoted } from '../../shared/topology/problems.ts'
import type { Problem, Topology } from '../../shared/topology/types.ts'
import { reportFrom } from './desk/read-report.ts'
import { readText, readTopology } from './files.ts'

/** What is compared: a report, or a topology that has to be run first. */
export type ComparedInput = { kind: 'report'; report: Report } | { kind: 'topology'; topology: Topology }

/** Reads a report, a topology file or, where there is no such file, the preset of that name. */
export async function readComparedInput(nameOrPath: string): Promise<Result<ComparedInput, Problem[]>> {
  const text = await readText(nameOrPath)
  if (!text.ok) return asTopology(await readTopology(nameOrPath, strategies))
  const value = parsed(text.value)
  const format = isObject(value) && typeof value.format === 'string' ? value.format : ''
  if (format.startsWith('replica-lab/report@')) {
    const report = reportFrom(value)
    if (report.ok) return ok({ kind: 'report', report: report.value })
    return err([{ path: '$', sentence: `This report cannot be compared: ${report.error}` }])
  }
  if (format !== '' && !format.startsWith('replica-lab/topology@')) {
    return err([
      {
        path: '$.format',
        sentence: `Reports (replica-lab/report@1) and topology files can be compared, and this is ${quoted(format)}.`,
      },
    ])
  }
  return asTopology(parseTopology(text.value, strategies))
}

function asTopology(topology: Result<Topology, Problem[]>): Result<ComparedInput, Problem[]> {
  return topology.ok ? ok({ kind: 'topology', topology: topology.value }) : topology
}

/** What is no JSON is left to the parser of topologies, which says where it breaks off. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
