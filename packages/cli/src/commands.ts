// All commands, in the order of the help.
import type { Command } from './command.ts'
import { abort } from './commands/abort.ts'
import { activate } from './commands/activate.ts'
import { approve } from './commands/approve.ts'
import { auditCheck } from './commands/audit-check.ts'
import { auditDrop } from './commands/audit-drop.ts'
import { auditTail } from './commands/audit-tail.ts'
import { auditVerify } from './commands/audit-verify.ts'
import { check } from './commands/check.ts'
import { compare } from './commands/compare.ts'
import { decline } from './commands/decline.ts'
import { devicesList } from './commands/devices-list.ts'
import { devicesRevoke } from './commands/devices-revoke.ts'
import { devicesRevokeAll } from './commands/devices-revoke-all.ts'
import { devicesRevokeBefore } from './commands/devices-revoke-before.ts'
import { explain } from './commands/explain.ts'
import { freeze } from './commands/freeze.ts'
import { help } from './commands/help.ts'
import { history } from './commands/history.ts'
import { init } from './commands/init.ts'
import { keysList } from './commands/keys-list.ts'
import { keysNew } from './commands/keys-new.ts'
import { keysRotate } from './commands/keys-rotate.ts'
import { migrate } from './commands/migrate.ts'
import { promote } from './commands/promote.ts'
import { recall } from './commands/recall.ts'
import { replay } from './commands/replay.ts'
import { report } from './commands/report.ts'
import { resume } from './commands/resume.ts'
import { rollback } from './commands/rollback.ts'
import { rollout } from './commands/rollout.ts'
import { suspend } from './commands/suspend.ts'
import { test } from './commands/test.ts'
import { types } from './commands/types.ts'
import { widen } from './commands/widen.ts'

export const COMMANDS: readonly Command[] = [
  init,
  check,
  types,
  test,
  compare,
  replay,
  explain,
  activate,
  approve,
  decline,
  rollout,
  widen,
  freeze,
  promote,
  abort,
  rollback,
  recall,
  history,
  suspend,
  resume,
  devicesList,
  devicesRevoke,
  devicesRevokeAll,
  devicesRevokeBefore,
  auditVerify,
  auditCheck,
  auditTail,
  report,
  auditDrop,
  migrate,
  keysNew,
  keysList,
  keysRotate,
  help,
]
