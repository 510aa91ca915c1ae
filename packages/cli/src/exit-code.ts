// The exit codes: a contract with scripts. They never change their meaning.

export const EXIT = {
  done: 0,
  found: 1,
  usage: 2,
  refused: 3,
  unreachable: 4,
  uncertain: 5,
  fault: 70,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export const EXIT_MEANING: Readonly<Record<ExitCode, string>> = {
  0: 'done; nothing stands against it',
  1: 'something was found: a mistake in a policy, a test that fails, a difference that --fail-on names, a change in the audit log, or no such decision',
  2: 'the command line is wrong; nothing was done',
  3: 'refused: by the rules for policies, or by what is in force; nothing was changed',
  4: 'a file, the data directory or the running app could not be read, written or reached',
  5: 'not known whether it was done: there was no answer, or a failure in the middle; look with countersign history',
  70: 'a fault in countersign itself',
}
