// What a server says that cannot be reached is told as it is: the file or the app that could not be reached is a server here.
import { ConfigurationError } from '@countersign/core'
import { CliError } from './cli-error.ts'
import { EXIT } from './exit-code.ts'

/** @throws CliError `unreachable`, with what PostgreSQL or Redis said */
export async function reached<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof ConfigurationError || !(error instanceof Error)) throw error
    const code = 'code' in error ? String(error.code) : 'database_unreachable'
    // Redis names itself; of several addresses that were tried the message is empty
    const server = error.message.startsWith('Redis') ? '' : 'the database: '
    throw new CliError(EXIT.unreachable, code, `${server}${error.message || code}`)
  }
}
