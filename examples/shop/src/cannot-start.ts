// Why a shop did not start, in one line: what, where, what was found, what to do.

/** Prints it and ends the process. What nobody foresaw keeps its stack. */
export function cannotStart(error: unknown): never {
  console.error(describeFailure(error) ?? error)
  process.exit(1)
}

function describeFailure(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { code, syscall, port } = error as Error & ListenFailure
  if (syscall === 'listen')
    return `Port ${port} of localhost cannot be listened on, got ${code}. Stop what listens there, or set PORT to another, or to 0 for any that is free.`
  if (code === 'data_directory_in_use') return `${error.message} Here: set COUNTERSIGN_DATA.`
  // such an error tells all of it already
  return error.name === 'ConfigurationError' ? error.message : undefined
}

interface ListenFailure {
  readonly code?: string
  readonly syscall?: string
  readonly port?: number
}
