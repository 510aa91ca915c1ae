// The `countersign` command.
import { processTerminal } from './process-terminal.ts'
import { runCountersign } from './run-countersign.ts'

process.exitCode = await runCountersign(process.argv.slice(2), processTerminal())
