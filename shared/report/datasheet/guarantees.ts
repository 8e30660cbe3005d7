import type { Verdict } from '../../checkers/contract.ts'
import { evidence } from '../../checkers/evidence/index.ts'
import { strongestLevelObserved } from '../../checkers/lattice/index.ts'
import { shownEvidence } from '../evidence/shown.ts'
import type { GuaranteeResult, Report } from '../types.ts'
import type { GuaranteeFinding, GuaranteeLine } from './types.ts'

type Status = GuaranteeResult['status']
type Judged = Pick<Report, 'guarantees'>

/**
 * The guarantees that held in calm, and throughout: the worst verdict of all probes of a kind. What contention breaks in calm
 * is broken throughout, whether or not the probes with faults, whose sessions seldom meet, happen on it again.
 */
export function guaranteesOf(calm: readonly Judged[], faults: readonly Judged[]): GuaranteeFinding {
  const all = [...calm, ...faults].flatMap(({ guarantees }) => guarantees)
  // Lost writes are looked for key by key, and reported by themselves.
  const names = [...new Set(all.map(({ name }) => name))].filter((name) => name !== 'acknowledged-writes')
  const lines = names.map((name): GuaranteeLine => {
    const found = all.filter((result) => result.name === name)
    return {
      name,
      title: found[0].title ?? name,
      calm: worstOf(name, calm),
      faults: faults.length === 0 ? null : worstOf(name, [...calm, ...faults]),
      sentence: proofOf(found),
    }
  })
  return {
    lines,
    strongestCalm: strongestOf(lines, ({ calm: status }) => status),
    strongestFaults: strongestOf(lines, ({ faults: status }) => status),
  }
}

/** Violated beats undecided beats holds; null where nobody judged. */
export function worstOf(name: string, reports: readonly Judged[]): Status | null {
  const statuses = reports.flatMap(({ guarantees }) =>
    guarantees.filter((result) => result.name === name).map(({ status }) => status),
  )
  const order: readonly Status[] = ['violated', 'undecided', 'holds']
  return order.find((status) => statuses.includes(status)) ?? null
}

function proofOf(found: readonly GuaranteeResult[]): string {
  const violated = found.find(({ status }) => status === 'violated')
  if (violated !== undefined) return shownEvidence(violated.evidence)?.sentence ?? ''
  const undecided = found.find(({ status }) => status === 'undecided')
  return typeof undecided?.evidence === 'string' ? undecided.evidence : ''
}

function strongestOf(
  lines: readonly GuaranteeLine[],
  statusOf: (line: GuaranteeLine) => Status | null,
): string {
  const verdicts = lines.flatMap((line) => {
    const status = statusOf(line)
    return status === null ? [] : [[line.name, verdictOf(status)] as const]
  })
  return strongestLevelObserved(new Map(verdicts)).text
}

/** The lattice looks at the status alone. */
function verdictOf(status: Status): Verdict {
  if (status === 'violated') return { status, evidence: evidence('', []), figures: {} }
  return status === 'undecided' ? { status, reason: '', figures: {} } : { status, figures: {} }
}
