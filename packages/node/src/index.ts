// What @countersign/node exports, by name.
export { type ControlClient, ControlError, connectControl } from './control-client.ts'
export { type FileBackendOptions, fileBackend } from './file-backend.ts'
export { defaultDataDirectory, nodePlatform } from './node-platform.ts'
export { type OpenOperatorOptions, openOperator } from './open-operator.ts'
export { readPolicyFile } from './policy-file.ts'
export { type ReadAuditOptions, readAuditDirectory } from './read-audit-directory.ts'
export { type ScannedBatch, type ScanOptions, scanAuditDirectory } from './scan-audit-directory.ts'
export {
  createUpgradeGuard,
  type UpgradeGuard,
  type UpgradeListener,
} from './upgrade/create-upgrade-guard.ts'
export { verifyAuditDirectory } from './verify-audit-directory.ts'
