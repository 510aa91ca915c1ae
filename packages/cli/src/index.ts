// What @countersign/cli exports, by name: the command, for those who run it inside another program.
export { EXIT, EXIT_MEANING, type ExitCode } from './exit-code.ts'
export { runCountersign } from './run-countersign.ts'
export type { Terminal } from './terminal.ts'
