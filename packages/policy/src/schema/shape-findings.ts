// What a deviation from a shape is told as.
import { suggestName } from '../problems/did-you-mean.ts'
import type { Path } from '../problems/policy-problem.ts'
import { type Finding, showValue } from '../problems/problem-collector.ts'
import type { FieldsShape, NumberShape, Shape } from './shape.ts'

export function wrongType(value: unknown, path: Path, wanted: string, fix?: string): Finding {
  const quote = wanted === 'a text' && (typeof value === 'number' || typeof value === 'boolean')
  return {
    code: 'wrong_type',
    path,
    message: `${wanted} belongs here`,
    found: value === null ? 'nothing' : showValue(value),
    fix: quote ? `put it in quotes: "${value}"` : (fix ?? `write ${wanted}`),
  }
}

export function notOneOf(
  value: unknown,
  of: readonly (string | number | boolean)[],
  path: Path,
): Finding {
  const [only] = of
  return {
    code: 'not_one_of',
    path,
    message: of.length === 1 ? `only ${only} belongs here` : 'this value is not possible here',
    found: value === null ? 'nothing' : showValue(value),
    fix:
      typeof value === 'string' ? suggestName(value, of.map(String)) : `write ${of.join(' or ')}`,
  }
}

export function isEmpty(value: unknown, path: Path, least: string): Finding {
  return {
    code: 'empty',
    path,
    message: `at least ${least} belongs here`,
    found: Array.isArray(value) ? 'an empty list' : 'an empty mapping',
    fix: `add ${least}, or remove the key`,
  }
}

export function reserved(key: string, path: Path): Finding {
  return {
    code: 'reserved_name',
    path,
    atKey: true,
    message: `${key} cannot be a name`,
    found: key,
    fix: 'choose another name',
  }
}

export function missingKey(key: string, shape: Shape, path: Path): Finding {
  return {
    code: 'missing_key',
    path,
    message: `${key} is missing`,
    found: 'no such key',
    fix: `add ${key}${howToWrite(shape)}`,
  }
}

function howToWrite(shape: Shape): string {
  if (shape.example !== undefined) return `, such as ${shape.example}`
  switch (shape.is) {
    case 'text':
      return `: ${shape.write.replace(/^write /, '')}`
    case 'number':
      return `: a number of ${shape.above ? 'more than ' : ''}${shape.minimum}${shape.above ? '' : ' or more'}`
    case 'constant':
      return `: ${shape.value}`
    case 'choice':
      return `: ${shape.of.join(' or ')}`
    default:
      return ''
  }
}

export function unknownKey(key: string, shape: FieldsShape, path: Path): Finding {
  if (shape.notBuilt?.includes(key)) return notBuilt(key, path, true)
  return {
    code: 'unknown_key',
    path,
    atKey: true,
    message: `there is no key ${showValue(key)} here`,
    found: showValue(key),
    fix: suggestName(key, Object.keys(shape.fields)),
  }
}

export function notBuilt(word: string, path: Path, atKey: boolean): Finding {
  return {
    code: 'not_built_yet',
    path,
    atKey,
    message: `${word} belongs to the policy language, but is not built yet`,
    found: word,
    fix: `remove it until a version of Countersign has ${word}`,
  }
}

export function outOfRange(value: number, shape: NumberShape, path: Path): Finding {
  const tooLarge = value > shape.maximum
  const least = shape.above ? `more than ${shape.minimum}` : `${shape.minimum} or more`
  return {
    code: 'out_of_range',
    path,
    message: `this number is too ${tooLarge ? 'large' : 'small'}`,
    found: showValue(value),
    fix: `write ${shape.integer ? 'a whole number' : 'a number'} of ${least}, at most ${shape.maximum}`,
  }
}

export function tooMany(count: number, most: number, path: Path): Finding {
  return {
    code: 'too_many',
    path,
    message: `the list has more than ${most} items`,
    found: `${count} items`,
    fix: `keep at most ${most}`,
  }
}

export function duplicateItem(value: unknown, path: Path): Finding {
  return {
    code: 'duplicate_item',
    path,
    message: 'the same item stands twice in this list',
    found: `a second ${showValue(value)}`,
    fix: 'remove one of the two',
  }
}

export function exactlyOne(
  keys: readonly string[],
  present: readonly string[],
  path: Path,
): Finding {
  return {
    code: 'exactly_one',
    path,
    message: `exactly one of ${keys.join(' and ')} belongs here`,
    found: present.length === 0 ? 'neither' : present.join(' and '),
    fix: present.length === 0 ? `add ${keys.join(' or ')}` : 'remove one of the two',
  }
}

export function atLeastOne(keys: readonly string[], path: Path): Finding {
  return {
    code: 'at_least_one',
    path,
    message: `at least one of ${keys.join(', ')} belongs here`,
    found: 'none of them',
    fix: `add one of ${keys.join(', ')}`,
  }
}

export function missingVariant(key: string, names: readonly string[], path: Path): Finding {
  return {
    code: 'missing_key',
    path,
    message: `${key} is missing`,
    found: 'no such key',
    fix: `add ${key}: one of ${names.join(', ')}`,
  }
}
