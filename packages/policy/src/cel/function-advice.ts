// What to write instead of a function that conditions don't have.

export const functionAdvice: Readonly<Record<string, string>> = {
  not: 'Write `!(…)`.',
  and: 'Write `a && b`.',
  or: 'Write `a || b`.',
  len: 'Write `size(x)`.',
  length: 'Write `size(x)`.',
  bool: 'Compare: `x == true`.',
  uint: 'Write `int(x)`.',
  bytes: 'Work on the string itself.',
  dyn: 'Leave it out: claims are of any type already.',
  type: 'Compare the value itself: a wrong type makes the condition unknown.',
  timestamp: 'Leave times out: `maxAge` and `until` say when.',
  duration: 'Leave times out: `maxAge` and `until` say when.',
  now: 'Leave times out: `maxAge` and `until` say when.',
}

export const methodAdvice: Readonly<Record<string, string>> = {
  includes: 'Write `text.contains("part")`, or `value in list`.',
  has: 'Write `has(a.b)`.',
  map: 'Write the condition on each item: `list.exists(item, …)` or `list.all(item, …)`.',
  filter: 'Write `list.exists(item, …)`, `list.all(item, …)` or `list.exists_one(item, …)`.',
  any: 'Write `list.exists(item, …)`.',
  some: 'Write `list.exists(item, …)`.',
  every: 'Write `list.all(item, …)`.',
  existsOne: 'Write `list.exists_one(item, …)`.',
  length: 'Write `x.size()`.',
  test: 'Write `text.matches("pattern")`.',
  match: 'Write `text.matches("pattern")`.',
  toLowerCase: 'Write `text.matches("(?i)^…$")`.',
  lowerAscii: 'Write `text.matches("(?i)^…$")`.',
  toUpperCase: 'Write `text.matches("(?i)^…$")`.',
  upperAscii: 'Write `text.matches("(?i)^…$")`.',
}
