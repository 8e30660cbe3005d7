import type { ProblemList } from '../problems.ts'
import { checkPartitioning } from './partitioning.ts'
import { items, member } from './loose.ts'
import { checkDistinct } from './places.ts'

export function checkBehaviour(file: unknown, problems: ProblemList): void {
  checkPartitioning(file, problems)
  const session = items(member(member(file, 'consistency'), 'session'))
  checkDistinct(session, ['consistency', 'session'], 'guarantee', problems)
}
