import { readFlags } from '../read-flags.ts'
import { UNKNOWN_WRITES_APPEAR } from '../../shared/protocols/_broken/controls.ts'
import { PLANTED_BUGS } from '../../shared/protocols/_broken/index.ts'
import { controlOf, unknownWrites } from './controls.ts'
import type { Control } from './controls.ts'
import { examine } from './examine.ts'
import type { Examination } from './examine.ts'

const USAGE = `usage: npm run mutants -- [--only ID[,ID]] [--seeds N] [--json]
An ID may be the beginning of one: "raft/". Bugs: ${PLANTED_BUGS.length}.
`

/** Seeds tried from each of the places to start from. */
const SEEDS_DEFAULT = 150

/**
 * Every planted bug in its habitat, under random schedules of faults, until it is caught, and the least schedule that
 * shows it; then what must not be caught: the shipped protocols there, and writes of unknown outcome that appear later.
 * Exit code 1 where a bug is not caught, is caught by a judge that should have kept silent, or a control is flagged.
 */
function main(): number {
  const options = { only: { type: 'string' }, seeds: { type: 'string' }, json: { type: 'boolean' } } as const
  const { values } = readFlags({ options }, USAGE)
  const wanted = values.only?.split(',') ?? ['']
  const bugs = PLANTED_BUGS.filter(({ id }) => wanted.some((name) => id.startsWith(name)))
  const seeds = Number(values.seeds ?? SEEDS_DEFAULT)
  if (bugs.length === 0 || !Number.isInteger(seeds) || seeds < 1) {
    process.stderr.write(USAGE)
    return 64
  }
  const startedMs = performance.now()
  const json = values.json ?? false
  const tell = (text: string) => (json ? process.stderr : process.stdout).write(text)
  const examinations = bugs.map((bug) => {
    const examination = examine(bug, seeds)
    tell(examinationText(examination))
    return examination
  })
  const controls = [...bugs.map(controlOf), unknownWrites(UNKNOWN_WRITES_APPEAR)]
  for (const control of controls) if (!control.isSound) tell(controlText(control))
  const caught = examinations.filter(({ by }) => by !== null).length
  const mistaken = examinations.filter(({ mistakenJudges }) => mistakenJudges.length > 0).length
  const flagged = controls.filter(({ isSound }) => !isSound).length
  const wallMs = Math.round(performance.now() - startedMs)
  tell(
    `${caught} of ${bugs.length} planted bugs caught, ${mistaken} by a judge that should have kept silent; ` +
      `${flagged} of ${controls.length} controls flagged (${controlRuns(controls)} runs); ${Math.round(wallMs / 1000)} s\n`,
  )
  if (json) process.stdout.write(`${JSON.stringify({ bugs: examinations, controls, wallMs }, null, 2)}\n`)
  return caught === bugs.length && mistaken === 0 && flagged === 0 ? 0 : 1
}

function examinationText(examination: Examination): string {
  const { id, by, sentence, seedsNeeded, medianSeeds, schedule, mistakenJudges, wallMs } = examination
  if (by === null) return `${id}: NOT CAUGHT, ${seedsNeeded.join(', ')} seeds (${wallMs} ms)\n`
  const mistaken =
    mistakenJudges.length === 0 ? '' : `  should have kept silent: ${mistakenJudges.join(', ')}\n`
  return (
    `${id}: caught by ${by}, ${medianSeeds} seeds (${seedsNeeded.join(', ')})\n` +
    `  ${sentence}\n  ${schedule}\n${mistaken}`
  )
}

function controlText({ id, complaints, reproduce }: Control): string {
  return `control ${id} FLAGGED: ${complaints.map(({ by, sentence }) => `${by}: ${sentence}`).join('; ')} (${reproduce})\n`
}

function controlRuns(controls: readonly Control[]): number {
  return controls.reduce((sum, { runs }) => sum + runs, 0)
}

process.exitCode = main()
