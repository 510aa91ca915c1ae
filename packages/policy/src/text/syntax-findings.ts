// What YAML can say and a policy may not.
import type { Path } from '../problems/policy-problem.ts'
import { type Finding, showValue } from '../problems/problem-collector.ts'

export function duplicateKey(key: string, path: Path): Finding {
  return {
    code: 'duplicate_key',
    path,
    atKey: true,
    message: `the key ${key} stands twice in the same mapping`,
    found: `a second ${key}`,
    fix: 'keep one of the two, or rename one',
  }
}

export function prototypeKey(path: Path): Finding {
  return {
    code: 'reserved_name',
    path,
    atKey: true,
    message: '__proto__ cannot be a key',
    found: '__proto__',
    fix: 'choose another name',
  }
}

export function keyNotText(isEmpty: boolean, path: Path): Finding {
  return {
    code: 'key_not_text',
    path,
    atKey: true,
    message: 'a key has to be a single word',
    found: isEmpty ? 'an empty key' : 'a list, a mapping or an alias as key',
    fix: 'write a name before the colon',
  }
}

export function anchorOrAlias(path: Path): Finding {
  return {
    code: 'anchor_or_alias',
    path,
    message: 'anchors (&name) and aliases (*name) are not used in policies',
    found: 'an anchor or an alias',
    fix: 'write the value out where it applies; quote a text that begins with * or &',
  }
}

export function explicitTag(tag: string, path: Path): Finding {
  return {
    code: 'tag',
    path,
    message: 'YAML tags are not used in policies',
    found: showValue(tag),
    fix: 'remove the tag; put a text in quotes, write a number without',
  }
}

export function notFinite(source: string, path: Path): Finding {
  return {
    code: 'not_json',
    path,
    message: 'a number in a policy is finite',
    found: source,
    fix: 'write a number in decimal digits',
  }
}
