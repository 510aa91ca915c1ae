// Whether fileBackend was given what it takes: JavaScript has no compiler to tell, and a misspelt quota would be none.
import { ConfigurationError, describeValue, didYouMean } from '@countersign/core'
import type { FileBackendOptions } from './file-backend.ts'

const NAMES: Readonly<Record<keyof FileBackendOptions, true>> = { auditQuotaBytes: true }

/** @throws ConfigurationError */
export function checkBackendOptions(dir: unknown, options: unknown): void {
  if (typeof dir !== 'string' || dir.trim() === '')
    throw new ConfigurationError({
      code: 'data_directory_missing',
      path: 'fileBackend(dir)',
      problem: 'must be the path of a directory',
      got: describeValue(dir),
      fix: "Write fileBackend('/var/lib/shop/countersign'); it is made if it is missing.",
    })
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new ConfigurationError({
      code: 'options_malformed',
      path: 'fileBackend(dir, options)',
      problem: 'must be an object',
      got: describeValue(options),
      fix: 'Leave it out, or write { auditQuotaBytes: 10 * 1024 ** 3 }.',
    })
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(NAMES, name)) throw unknownOption(name, value)
  }
  checkQuota((options as FileBackendOptions).auditQuotaBytes)
}

function checkQuota(bytes: unknown): void {
  if (bytes === undefined || (Number.isSafeInteger(bytes) && Number(bytes) > 0)) return
  throw new ConfigurationError({
    code: 'audit_quota_malformed',
    path: 'fileBackend(dir, { auditQuotaBytes })',
    problem: 'must be a whole number of bytes above 0',
    got: describeValue(bytes),
    fix: 'Leave it out for 10 GiB, or write auditQuotaBytes: 10 * 1024 ** 3.',
  })
}

function unknownOption(name: string, value: unknown): ConfigurationError {
  const meant = didYouMean(name, Object.keys(NAMES))
  return new ConfigurationError({
    code: 'option_unknown',
    path: name,
    problem: 'is no option of fileBackend',
    got: describeValue(value),
    fix: `${meant === undefined ? '' : `Did you mean ${meant}? `}Leave it out, or write one of ${Object.keys(NAMES).join(', ')}.`,
  })
}
