import { ForeseenError } from '../host/foreseen-error.ts'
import { systemReason } from '../host/system-reason.ts'
import { TOOL } from '../host/version.ts'
import type { Terminal } from './command.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'

/** Says in one line what went wrong, and where it comes from only to who debugs. */
export function tellFailure(error: unknown, terminal: Terminal): ExitCode {
  const isDebugged = process.env.REPLICA_LAB_DEBUG === '1'
  if (error instanceof ForeseenError) terminal.err(`${TOOL}: ${error.message}\n`)
  else {
    const reason = systemReason(error)
    terminal.err(`${TOOL}: internal error: ${reason}${/[.!?]$/.test(reason) ? '' : '.'}\n`)
    if (!isDebugged) terminal.err('Set REPLICA_LAB_DEBUG=1 to see where it comes from.\n')
  }
  if (isDebugged && error instanceof Error) terminal.err(`${error.stack ?? ''}\n`)
  return EXIT.internal
}
