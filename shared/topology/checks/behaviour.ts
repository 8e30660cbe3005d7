import { quoted, type ProblemList } from '../problems.ts'
import { PARTITIONING_SCHEMES } from '../schema/behaviour.ts'
import { items, member, textOf } from './loose.ts'
import { checkDistinct } from './places.ts'

export function checkBehaviour(file: unknown, problems: ProblemList): void {
  const scheme = textOf(member(file, 'partitioning'), 'scheme')
  if (scheme !== null && scheme !== 'none' && (PARTITIONING_SCHEMES as readonly string[]).includes(scheme)) {
    const sentence = `This version does not run the scheme ${quoted(scheme)} yet. Use "none".`
    problems.add(['partitioning', 'scheme'], sentence)
  }
  const session = items(member(member(file, 'consistency'), 'session'))
  checkDistinct(session, ['consistency', 'session'], 'guarantee', problems)
}
